import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeTopology } from "../../../lib/topology/writeTopology.ts";
import { goFolder } from "../../export/go/goTool.ts";
import { patternsTopology } from "../../topology/patternsTopology.ts";
import { errorOf, jsonOf, namesIn, runPalette, temporaryFolder } from "./runPalette.ts";

const folder = temporaryFolder();
const fresh = () => {
  const cwd = mkdtempSync(join(folder, "run-"));
  writeFileSync(join(cwd, "t.json"), writeTopology(patternsTopology()));
  return cwd;
};

describe("palette export", () => {
  it.each([
    [["export", "t.json"], 2, "-o is missing: the folder to write"],
    [["export", "t.json", "--to", "rust", "-o", "x"], 2, '--to "rust" is not go, blueprint'],
    [["export", "none.json", "-o", "x"], 1, "none.json: no such file"],
    [["export", "t.json", "-o", "full"], 1, "full: cannot be written: the folder is not empty"],
    [["export", "t.json", "-o", "t.json"], 1, "t.json: cannot be written: it is a file"],
    [["run", "full", "-o", "none/t.jsonl"], 1, "none/t.jsonl: cannot be written: there is no such folder"],
    [["run", "full"], 2, "-o is missing: the file to write"],
    [["run", "full", "-o", "t.jsonl", "--scale", "0"], 2, '--scale "0" is not a number at least 0.001'],
    [["run", "full", "-o", "t.jsonl", "--corrections", "some"], 2, '--corrections "some" is not on or off or log'],
  ])("palette %j: exit code %d, %s", (args, status, message) => {
    const cwd = fresh();
    mkdirSync(join(cwd, "full"));
    writeFileSync(join(cwd, "full", "file"), "");
    const before = namesIn(cwd);
    const run = runPalette(args, { cwd });
    expect(errorOf(run)).toContain(message);
    expect(run.status).toBe(status);
    expect(namesIn(cwd)).toEqual(before);
  });
});

describe.skipIf(goFolder === undefined)("palette run (skipped where there is no Go)", () => {
  it("gives traces of every API of the topology, no span without its parent", () => {
    const cwd = fresh();
    expect(runPalette(["export", "t.json", "-o", "system"], { cwd }).status).toBe(0);
    const args = ["run", "system", "-o", "traces.jsonl", "--rate", "30", "--duration", "3", "--warmup", "0.5"];
    const report = jsonOf(runPalette([...args, "--processes", "2", "--json"], { cwd })) as Record<string, number>;
    expect(report).toMatchObject({ failed: 0, completed: report.sent, rate: 30 });
    const spans = readFileSync(join(cwd, "traces.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .flatMap((line) => (JSON.parse(line) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(ids.size).toBe(spans.length);
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.length).toBe(report.sent);
    for (const { parentSpanId } of spans) if (parentSpanId !== undefined) expect(ids.has(parentSpanId)).toBe(true);
    for (const { kind, startTimeUnixNano, endTimeUnixNano, attributes } of spans) {
      const took = Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1000;
      // Work runs until a deadline: nothing ends before its equation is met, but by the µs of rounding.
      if (kind === 2) expect(took).toBeGreaterThan(attributes[0]!.value.doubleValue - 2);
    }
    const refit = jsonOf(runPalette(["fit", "traces.jsonl", "--json"], { cwd })) as object;
    const { apis, edges } = patternsTopology();
    expect(refit).toMatchObject({ apis: apis.length, edges: edges.length, ledger: { rejected: 0 } });
  });

  it("says in one line what does not compile, and leaves nothing", () => {
    const cwd = fresh();
    runPalette(["export", "t.json", "-o", "system"], { cwd });
    writeFileSync(join(cwd, "system", "system", "broken.go"), "package system\n\nvar x int = y\n");
    const before = namesIn(cwd);
    expect(errorOf(runPalette(["run", "system", "-o", "t.jsonl"], { cwd }))).toMatch(
      /system: does not compile: .*broken\.go:3/,
    );
    expect(namesIn(cwd)).toEqual(before);
    rmSync(join(cwd, "system"), { recursive: true });
    expect(errorOf(runPalette(["run", "system", "-o", "t.jsonl"], { cwd }))).toContain("is no export for Go");
  });
});

interface Span {
  spanId: string;
  parentSpanId?: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { value: { doubleValue: number } }[];
}
