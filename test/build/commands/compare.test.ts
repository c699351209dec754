import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { DatasetReport } from "../../../lib/compare/compareDatasets.ts";
import type { ShapeReport } from "../../../lib/compare/compareShapes.ts";
import { csv } from "../../traces/traceFolder.ts";
import { errorOf, jsonOf, namesIn, runPalette, temporaryFolder } from "./runPalette.ts";

const folder = temporaryFolder();
const original = join(import.meta.dirname, "../../../datasets/figure1/traces.jsonl.gz");
const generated = { gcm: join(folder, "gcm.jsonl"), simple: join(folder, "simple.jsonl") };

beforeAll(() => {
  const topology = join(folder, "topology.json");
  expect(runPalette(["fit", original, "-o", topology]).stderr).toBe("");
  for (const [model, path] of Object.entries(generated)) {
    const args = ["simulate", topology, "-n", "4000", "--model", model, "-o", path];
    expect(runPalette(args).stderr).toBe("");
  }
}, 120_000);

describe("palette compare", () => {
  it("finds traces of the original's own topology within the noise, and those of simple statistics far from it", () => {
    const [gcm, simple] = [generated.gcm, generated.simple].map(
      (path) => jsonOf(runPalette(["compare", original, path, "--json"])) as DatasetReport,
    ) as [DatasetReport, DatasetReport];
    const { n } = gcm.apis.find(({ service }) => service === "B")!;
    // Kolmogorov-Smirnov at 1 %: of the half compared with, and of the generated traces.
    expect(gcm.pooled.root.generated!).toBeLessThan(1.63 * Math.sqrt(1 / n + 1 / 4000));
    for (const { n, generated, floor } of gcm.roots) {
      expect(generated.ks).toBeLessThan(floor.ks + 1.63 * Math.sqrt(1 / n + 1 / 500));
      expect(generated.bounds!.low).toBeLessThanOrEqual(generated.ks);
      expect(Math.abs(generated.p50!)).toBeLessThan(0.3);
    }
    expect(simple.roots.find(({ service }) => service === "A")!.generated.ks).toBeGreaterThan(0.9);
    expect(simple.pooled.root.generated!).toBeGreaterThan(0.5);
    expect(gcm.ledger).toEqual(simple.ledger);
    expect(gcm.generatedLedger).toMatchObject({ rejected: 0, accepted: 8000 });
    expect(gcm.structure.generated).toMatchObject({ spans: 0, depth: 0, width: 0, fanOut: 0 });
    expect(Object.keys(gcm.mean.root)).toEqual(["floor", "generated"]);
  });

  it("shows the distances beside the floor, and both ledgers", () => {
    const { stdout, stderr, status } = runPalette(["compare", original, "--generated", generated.gcm, "--seed", "2"]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toMatch(/^KS distance from half of the original traces +n +floor +generated\n/);
    for (const api of ["A: GET /a", "C: GET /c"]) expect(stdout).toContain(`\n  ${api}`);
    expect(stdout.match(/^ledger: \d+ rows read/gm)!.length).toBe(2);
  });

  it("compares shapes alone with Meta's trace-data", () => {
    const cwd = mkdtempSync(join(folder, "run-"));
    const header = ["profile", "trace_size", "num_services", "call_depth", "max_width"];
    const rows = [...Array.from({ length: 5 }, () => ["ads", 2, 2, 2, 1]), ["raas", 2, 2, 2, 1], ["raas", 9, 3, 2, 7]];
    writeFileSync(join(cwd, "trace-data.csv"), csv([header, ...rows]));
    const { shapes } = jsonOf(
      runPalette(["compare", "trace-data.csv", generated.gcm, "--json"], { cwd }),
    ) as ShapeReport;
    expect(shapes).toEqual([
      { profile: "ads", n: 5, spans: 0, depth: 0, width: 0 },
      { profile: "raas", n: 2, spans: 0.5, depth: 0, width: 0.5 },
    ]);
    const text = runPalette(["compare", "trace-data.csv", generated.gcm], { cwd }).stdout;
    expect(text).toMatch(/\nraas +2 +0\.5000 +0\.0000 +0\.5000\n/);
    const reversed = errorOf(runPalette(["compare", original, "trace-data.csv"], { cwd }));
    expect(reversed).toBe("palette compare: trace-data.csv: summaries without spans, which have no executions");
  });

  it.each([
    [["compare", "one.csv"], 2, "too few arguments: original and generated traces are needed"],
    [["compare", "one.csv", "none.csv"], 1, "none.csv: no such file or folder"],
    [["compare", "none.csv", "one.csv"], 1, "none.csv: no such file or folder"],
    [["compare", "one.csv", "empty.csv"], 1, "empty.csv: empty file"],
    [["compare", "one.csv", "one.csv"], 1, "palette compare: too few original traces"],
    [["compare", "one.csv", "one.csv", "--seed", "x"], 2, '--seed "x" is not a whole number'],
  ])("palette %j: exit code %d, %s", (args, status, message) => {
    const cwd = mkdtempSync(join(folder, "run-"));
    const header = [
      "TraceID",
      "SpanID",
      "ParentID",
      "PodName",
      "OperationName",
      "StartTimeUnixNano",
      "EndTimeUnixNano",
    ];
    writeFileSync(join(cwd, "one.csv"), csv([header, ["t", "s", "root", "shop", "buy", 1000, 2000]]));
    writeFileSync(join(cwd, "empty.csv"), "");
    const run = runPalette(args, { cwd });
    expect(errorOf(run)).toContain(message);
    expect(run.status).toBe(status);
    expect(namesIn(cwd)).toEqual(["empty.csv", "one.csv"]);
  });
});
