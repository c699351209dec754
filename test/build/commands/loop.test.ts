import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeTopology } from "../../../lib/topology/writeTopology.ts";
import { goFolder } from "../../export/go/goTool.ts";
import { patternsTopology } from "../../topology/patternsTopology.ts";
import { errorOf, jsonOf, namesIn, runPalette, temporaryFolder } from "./runPalette.ts";

const folder = temporaryFolder();
const fresh = () => {
  const cwd = mkdtempSync(join(folder, "loop-"));
  writeFileSync(join(cwd, "t.json"), writeTopology(patternsTopology()));
  return cwd;
};

describe("palette loop", () => {
  it.each([
    [["loop", "t.json"], 2, "-o is missing: the folder to write"],
    [["loop", "t.json", "-o", "x", "--holdout", "1"], 2, '--holdout "1" is not a number at least 0.01 and below 1'],
    [["loop", "t.json", "-o", "t.json"], 1, "t.json: cannot be written: it is a file"],
    [["loop", "none.json", "-o", "x"], 1, "none.json: no such file"],
    [["loop", "t.json", "-o", "x", "--original", "none.csv"], 1, "none.csv: no such file or folder"],
    [["loop", "t.json", "-o", "x", "--original", "t.json"], 1, "t.json: JSON, but neither Jaeger, Zipkin v2 nor OTLP"],
  ])("%j: exit code %d, %s", (args, status, message) => {
    const cwd = fresh();
    const before = namesIn(cwd);
    const run = runPalette(args, { cwd });
    expect(errorOf(run)).toContain(message);
    expect(run.status).toBe(status);
    expect(namesIn(cwd)).toEqual(before);
  });

  it.skipIf(goFolder === undefined)("runs a system and judges it by the model and by the original", () => {
    const cwd = fresh();
    runPalette(["simulate", "t.json", "-n", "2000", "-o", "original.jsonl"], { cwd });
    const args = ["--rate", "40", "--duration", "4", "--warmup", "0.5", "--processes", "2", "--work", "sleep"];
    const report = jsonOf(
      runPalette(["loop", "t.json", "-o", "out", "--original", "original.jsonl", ...args, "--json"], { cwd }),
    ) as Report;
    expect(namesIn(join(cwd, "out"))).toEqual(["index.html", "refitted.json", "report.json", "system", "traces.jsonl"]);
    const { exported, refitted } = report.structure;
    expect(refitted).toEqual(exported);
    expect(report.run).toMatchObject({ failed: 0, rate: 40 });
    expect(report.costs.hop).toBeGreaterThan(0);
    // The original is the model's own: the model is as near to it as the floor is, whatever this machine does.
    expect(report.original.pooled.root.model).toBeLessThan(0.08);
    // A busy machine makes it slower, and nothing faster than its equation, unless it was so busy while its lateness was
    // measured that too much is taken off.
    if (report.costs.wake < 20) for (const { running } of report.model.roots) expect(running.p50).toBeGreaterThan(-0.2);
    expect(report.model.pooled.root.running).toBeLessThan(1);
    expect(report.model.roots).toHaveLength(patternsTopology().workload.mix.length);
    const page = readFileSync(join(cwd, "out", "index.html"), "utf8");
    expect(page).not.toMatch(/<script|src="http|href="http/);
    expect(page.match(/<figure/g)).toHaveLength(patternsTopology().apis.length);
    expect(JSON.parse(readFileSync(join(cwd, "out", "report.json"), "utf8"))).toMatchObject({ run: report.run });
  });
});

interface Report {
  costs: { hop: number; wake: number };
  run: object;
  structure: Record<"exported" | "refitted", object>;
  model: { roots: { running: { p50: number } }[]; pooled: { root: { running: number } } };
  original: { pooled: { root: { model: number } } };
}
