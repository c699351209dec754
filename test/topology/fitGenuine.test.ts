import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { readRows } from "../executions/insertSpans.ts";
import { expectedCalls } from "../pfa/expectedCalls.ts";
import { describeWithDatasets } from "../traces/sharedDatasets.ts";

describeWithDatasets("a topology of genuine traces", (folder) => {
  let engine: Engine;
  let dataset: Dataset;
  let topology: Topology;
  beforeAll(async () => {
    engine = await openDuckDBNode({ threads: 2 });
    dataset = { engine, schema: "genuine" };
    topology = await fitTraces(dataset, [`${folder}/nezha/rca_data-2023-01-29`]);
  }, 120_000);
  afterAll(() => engine.close());

  test("every API's transitions sum to 1", () => {
    expect(topology.apis.length).toBeGreaterThan(50);
    for (const { pfa } of topology.apis)
      for (const { to } of pfa.transitions) {
        expect(Math.abs(to.reduce((sum, { probability }) => sum + probability, 0) - 1)).toBeLessThan(1e-12);
      }
  });

  test("the calls expected of an execution are the traces' mean", async () => {
    const rows = await readRows(
      dataset,
      `SELECT 'e' || e.edge AS edge, count(*) / any_value(n.executions) AS mean
       FROM $executions e JOIN (SELECT api, count(*) AS executions FROM $executions GROUP BY api) n ON n.api = e.caller
       WHERE e.edge IS NOT NULL GROUP BY e.edge ORDER BY e.edge`,
    );
    const means = new Map(rows.map((row) => [row.edge as string, row.mean as number]));
    let edges = 0;
    for (const { pfa, simple } of topology.apis) {
      const expected = expectedCalls(pfa);
      for (const [edge, calls] of expected) {
        const mean = means.get(edge) as number;
        expect(Math.abs(calls / mean - 1)).toBeLessThan(1e-9);
        edges += 1;
      }
      expect(simple.calls.map(({ edge }) => edge).sort()).toEqual([...expected.keys()].sort());
      for (const { edge, mean } of simple.calls) expect(mean).toBeCloseTo(means.get(edge) as number, 9);
    }
    expect(edges).toBe(topology.edges.length);
    expect(edges).toBe(means.size);
  });

  test("simulated traces call every API as often as the traces did, within the noise of both", async () => {
    const rows = await readRows(
      dataset,
      `WITH entries AS (SELECT DISTINCT trace FROM $executions WHERE parent IS NULL AND NOT fragment),
         counts AS (SELECT trace, api, count(*) AS n FROM $executions WHERE NOT fragment GROUP BY trace, api)
       SELECT n.service || ': ' || n.operation AS api, sum(c.n) AS sum, sum(c.n * c.n) AS squares, (SELECT count(*) FROM entries) AS traces
       FROM counts c JOIN $names n USING (api) GROUP BY ALL ORDER BY 1`,
    );
    const traces = 20_000;
    const simulated = simulate(compile(topology), { traces, seed: 1 });
    const sums = topology.apis.map(() => 0);
    for (let row = 0; row < simulated.length; row++) sums[simulated.api[row] as number]! += 1;
    const shares = new Map(topology.apis.map(({ id }, i) => [id, (sums[i] as number) / traces]));
    for (const { api, sum, squares, traces: n } of rows as {
      api: string;
      sum: number;
      squares: number;
      traces: number;
    }[]) {
      const mean = sum / n;
      const variance = squares / n - mean ** 2;
      const noise = Math.sqrt(variance / n + variance / traces);
      expect({ api, z: Math.abs((shares.get(api) ?? 0) - mean) / (noise + 1e-9) < 5 }).toEqual({ api, z: true });
    }
  });
});
