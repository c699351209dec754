import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openDuckDBNode } from "../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../lib/fit.ts";
import { ladder } from "../lib/ladder.ts";
import { refit } from "../lib/refit.ts";
import { repeat } from "../lib/repeat.ts";
import { report } from "../lib/report.ts";
import { tableOf } from "../lib/traces/dataset.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const dataset = { engine, schema: "again" };
const figure1 = join(import.meta.dirname, "../datasets/figure1/traces.jsonl.gz");
const topology = await fitTraces(dataset, [figure1], { holdout: 0.5, seed: 1 });
const options = { resolution: topology.resolution, seed: 1, traces: 5000 };
const first = await report(dataset, topology, { traces: 5000, seed: 1, bounds: false });

it("shows that the caller is what Figure 1 needs", async () => {
  const rungs = await ladder(dataset, options, ["context", "factors"]);
  const [floor, simple, tables, context, factors] = rungs;
  expect(rungs.map(({ model }) => model)).toEqual([
    ...["noise floor", "simple statistics", "tables", "+ context", "+ factors"],
  ]);
  expect(floor).toMatchObject({ root: first.pooled.root.floor, api: first.mean.api.floor, numbers: null });
  expect(simple!.api).toBe(first.mean.api.simple);
  // Pooled entry executions hide it: who is A and who is C is not told apart there.
  expect(tables!.api).toBeGreaterThan(0.1);
  expect(context!.api).toBeLessThan(0.06);
  expect(context!.numbers).toBeGreaterThan(tables!.numbers!);
  expect(Math.abs(factors!.api! - context!.api!)).toBeLessThan(0.03);
});

it("gives mean and spread over seeds, of which the first is the report's own", async () => {
  const second = await refit(dataset, { ...options, seed: 2 });
  const { seeds, mean, spread } = await repeat(dataset, first, 2, options);
  expect(seeds).toEqual([1, 2]);
  const both = [first.pooled.root.gcm!, second.pooled.root.gcm!];
  expect(mean.root.gcm).toBeCloseTo((both[0]! + both[1]!) / 2, 12);
  expect(spread.root.gcm).toBeCloseTo(Math.abs(both[0]! - both[1]!), 12);
});

it("fits the earlier traces and judges on the later ones", async () => {
  await refit(dataset, { ...options, by: "time", holdout: 0.25 });
  const split = await engine.query(`
    SELECT test, count(*)::DOUBLE AS n, min(t.start) AS earliest, max(t.start) AS latest
    FROM ${tableOf(dataset, "split")} s JOIN ${tableOf(dataset, "traces")} t ON t.number = s.trace
    GROUP BY test ORDER BY test`);
  const [train, test] = split.toArray().map((row) => row.toJSON());
  expect(test!.n / (train!.n + test!.n)).toBeCloseTo(0.25, 3);
  expect(test!.earliest).toBeGreaterThanOrEqual(train!.latest);
});
