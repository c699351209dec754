import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { unzipSync } from "fflate";
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
    [["export", "t.json"], 2, "-o is missing: the folder, or file.zip, to write"],
    [["export", "t.json", "-o", "none/x.zip"], 1, "none/x.zip: cannot be written: there is no such folder"],
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

describe("palette export into a folder that holds an export", () => {
  const hooked = (cwd: string, args: readonly string[]) => {
    const topology = { ...patternsTopology(), instantiation: { wiringHook: "Mine" } };
    writeFileSync(join(cwd, "t.json"), writeTopology(topology));
    return runPalette(["export", "t.json", "--to", "blueprint", "-o", "system", ...args], { cwd });
  };

  it("leaves a person's own wiring alone, and takes away what is no longer made", () => {
    const cwd = fresh();
    expect(hooked(cwd, []).status).toBe(0);
    const hook = join(cwd, "system", "wiring", "specs", "hook.go");
    expect(readFileSync(hook, "utf8")).toContain("func Mine(spec wiring.WiringSpec) {");
    writeFileSync(hook, "package specs\n\n// mine\n");
    const before = namesIn(join(cwd, "system", "workflow"));
    expect(runPalette(["export", "t.json", "--to", "go", "-o", "system"], { cwd }).status).toBe(0);
    expect(namesIn(join(cwd, "system", "workflow"))).toEqual(before);
    expect(namesIn(join(cwd, "system", "wiring", "specs"))).toEqual(["hook.go"]);
    expect(hooked(cwd, []).status).toBe(0);
    expect(readFileSync(hook, "utf8")).toBe("package specs\n\n// mine\n");
  });

  it("refuses to write over what was changed, or was never exported", () => {
    const cwd = fresh();
    hooked(cwd, []);
    const readme = join(cwd, "system", "README.md");
    writeFileSync(readme, "changed");
    expect(errorOf(hooked(cwd, []))).toContain("README.md: was changed since it was exported");
    rmSync(readme);
    expect(hooked(cwd, []).status).toBe(0);
    mkdirSync(join(cwd, "system", "cmd", "system"), { recursive: true });
    writeFileSync(join(cwd, "system", "cmd", "system", "main.go"), "package main\n");
    const refused = runPalette(["export", "t.json", "--to", "go", "-o", "system"], { cwd });
    expect(errorOf(refused)).toContain("main.go: is there already, and was not exported");
    expect(readFileSync(readme, "utf8")).not.toBe("changed");
  });

  it.each(["go", "blueprint"])("writes the same files into a zip as into a folder: --to %s", (to) => {
    const cwd = fresh();
    for (const output of ["system.zip", "system"])
      expect(runPalette(["export", "t.json", "--to", to, "-o", output], { cwd }).status).toBe(0);
    const zipped = unzipSync(readFileSync(join(cwd, "system.zip")));
    const found = readdirSync(join(cwd, "system"), { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    const paths = found.map((each) => relative(cwd, join(each.parentPath, each.name)));
    expect(Object.keys(zipped).sort()).toEqual(paths.sort());
    for (const path of paths) expect(Buffer.from(zipped[path]!)).toEqual(readFileSync(join(cwd, path)));
    expect(paths).toContain("system/exported.json");
    // What came out of a zip is an export too: it can be exported into again.
    const again = { cwd: fresh() };
    for (const [path, bytes] of Object.entries(zipped)) {
      mkdirSync(dirname(join(again.cwd, path)), { recursive: true });
      writeFileSync(join(again.cwd, path), bytes);
    }
    expect(runPalette(["export", "t.json", "--to", to, "-o", "system"], again).status).toBe(0);
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
