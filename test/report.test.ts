import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, it } from "vitest";
import type { ComparedApi } from "../lib/compare/compareSamples.ts";
import { openDuckDBNode } from "../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../lib/fit.ts";
import { type FitReport, report } from "../lib/report.ts";
import { tableOf } from "../lib/traces/dataset.ts";
import { describeWithDatasets } from "./traces/sharedDatasets.ts";

type Entry = ComparedApi<"simple" | "gcm">;

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const ready = join(import.meta.dirname, "../datasets");
const models = ["simple", "gcm"] as const;
const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../lib/report.schema.json"), "utf8"));
const matches = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

async function reportOn(path: string, schema = "reported"): Promise<FitReport> {
  const dataset = { engine, schema };
  const topology = await fitTraces(dataset, [path], { holdout: 0.5, seed: 1 });
  const found = await report(dataset, topology, { seed: 1, worst: true });
  return JSON.parse(JSON.stringify(found)) as FitReport;
}

/** Means weighted by n over entries with n >= 200, or over all where none has as many. */
function meanOf(entries: readonly Entry[], column: "floor" | "simple" | "gcm"): number {
  const large = entries.filter(({ n }) => n >= 200);
  const counted = large.length > 0 ? large : entries;
  const n = counted.map((entry) => entry.n);
  const weighted = counted.map((entry, index) => n[index]! * entry[column].ks);
  return weighted.reduce((sum, value) => sum + value, 0) / n.reduce((sum, value) => sum + value, 0);
}

/** Checks that a report, as it is written, has every figure that was promised, and that its means are those of its entries. */
function expectComplete(found: FitReport): void {
  matches(found);
  expect(matches.errors).toBeNull();
  const { mean, pooled, roots, apis, ledger, worst } = found;
  for (const { ks, floor, cause } of worst!) {
    expect(ks).toBeGreaterThan(floor);
    expect(cause.text).toMatch(/\d/);
  }
  expect(roots.length).toBeGreaterThan(0);
  expect(apis.length).toBeGreaterThanOrEqual(roots.length);
  for (const entry of [...roots, ...apis]) {
    expect(entry).toMatchObject({ service: expect.any(String), api: expect.any(String), n: expect.any(Number) });
    expect(entry.n).toBeGreaterThan(0);
    expectShare(entry.floor.ks);
    for (const model of models) {
      const { ks, ratio, w1, bounds, ...quantiles } = entry[model];
      expectShare(ks);
      expect(ratio).toBe(entry.floor.ks > 0 ? ks / entry.floor.ks : null);
      expect(bounds!.low).toBeLessThanOrEqual(ks);
      expect(bounds!.high).toBeGreaterThanOrEqual(ks);
      if (w1 === null) expect(ks).toBe(1);
      else expect(w1).toBeGreaterThanOrEqual(0);
      expect(Object.keys(quantiles)).toEqual(["p50", "p95", "p99"]);
      for (const error of Object.values(quantiles)) if (error !== null) expect(error).toBeGreaterThanOrEqual(-1);
    }
  }
  for (const column of ["floor", ...models] as const) {
    expect(mean.root[column]).toBeCloseTo(meanOf(roots, column), 12);
    expect(mean.api[column]).toBeCloseTo(meanOf(apis, column), 12);
    expectShare(pooled.root[column]!);
  }
  expect(ledger.read).toBe(ledger.accepted + ledger.merged + ledger.rejected);
  expect(ledger.read).toBeGreaterThan(0);
  for (const rule of ledger.rules) {
    expect(rule).toMatchObject({ file: expect.any(String), rule: expect.any(String), rows: expect.any(Number) });
    expect(rule.example).toEqual(expect.any(Number));
  }
}

function expectShare(value: number): void {
  expect(value).toBeGreaterThanOrEqual(0);
  expect(value).toBeLessThanOrEqual(1);
}

describe("report", () => {
  it("is complete, and counts the held-out executions of each API", async () => {
    const found = await reportOn(join(ready, "recording/traces.jsonl.gz"));
    expectComplete(found);
    const dataset = { engine, schema: "reported" };
    const rows = await engine.query(`
      SELECT n.service, n.operation AS api, count(*)::DOUBLE AS n, count(*) FILTER (e.parent IS NULL AND NOT e.fragment)::DOUBLE AS roots
      FROM ${tableOf(dataset, "executions")} e JOIN ${tableOf(dataset, "names")} n USING (api)
        JOIN ${tableOf(dataset, "split")} s USING (trace)
      WHERE s.test GROUP BY ALL ORDER BY n.service, n.operation`);
    const counted = rows.toArray().map((row) => ({ service: row.service, api: row.api, n: row.n, roots: row.roots }));
    const figures = ({ service, api, n }: Entry) => ({ service, api, n });
    expect(found.apis.map(figures)).toEqual(counted.map(({ service, api, n }) => ({ service, api, n })));
    expect(found.roots.map(figures)).toEqual(
      counted.filter(({ roots }) => roots > 0).map(({ service, api, roots }) => ({ service, api, n: roots })),
    );
  });

  it("is the same for the same seed", async () => {
    const path = join(ready, "figure1/traces.jsonl.gz");
    expect(await reportOn(path)).toEqual(await reportOn(path, "again"));
  });

  it("says in one line that nothing was held out", async () => {
    const dataset = { engine, schema: "reported" };
    const topology = await fitTraces(dataset, [join(ready, "figure1/traces.jsonl.gz")]);
    await expect(report(dataset, topology)).rejects.toThrow(
      /^report: no trace was held out of the fit to compare with$/,
    );
  });
});

describeWithDatasets("report on genuine traces", (datasets) => {
  it.each([
    { system: "OnlineBoutique", folder: "nezha/rca_data-2022-08-22", gcm: 0.16 },
    { system: "TrainTicket", folder: "nezha/rca_data-2023-01-29", gcm: 0.25 },
  ])("$system: the GCM's pooled root KS is at most $gcm", { timeout: 240_000 }, async ({ folder, gcm }) => {
    const found = await reportOn(join(datasets, folder));
    expectComplete(found);
    const { root } = found.pooled;
    expect(root.gcm).toBeLessThanOrEqual(gcm);
    expect(root.simple).toBeGreaterThan(2 * root.gcm!);
    expect(found.mean.api.simple).toBeGreaterThan(5 * found.mean.api.gcm!);
  });

  it("is complete for all files of TraceWeaver, where the GCM is nearer than simple statistics", {
    timeout: 240_000,
  }, async () => {
    const folder = join(datasets, "traceweaver");
    const files = readdirSync(folder).filter((name) => name.endsWith(".json.gz"));
    expect(files.length).toBe(12);
    for (const file of files) {
      const found = await reportOn(join(folder, file));
      expectComplete(found);
      expect(found.pooled.root.gcm).toBeLessThan(found.pooled.root.simple! / 1.5);
      expect(found.mean.api.gcm).toBeLessThan(found.mean.api.simple! / 4);
    }
  });
});
