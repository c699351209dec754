import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { type FaultWindow, holdOutFaults } from "../../lib/interventions/faultWindows.ts";
import { scoreWindow } from "../../lib/interventions/scoreWindow.ts";
import { fitTopology } from "../../lib/topology/fitTopology.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";

const window = (service: string, from: number, to: number): FaultWindow => ({
  ...{ service, kind: "fault", from: from * 1e6, to: to * 1e6, begins: from * 1e6 },
});
const [slow, late] = [window("catalog", 20, 34), window("stock", 48, 62)];

describe("scoreWindow", async () => {
  const engine = await openDuckDBNode({ threads: 2 });
  afterAll(() => engine.close());
  const dataset = { engine, schema: "faults" };
  await readTraces(dataset, [join(import.meta.dirname, "../../datasets/faults/traces.jsonl.gz")], {});
  const resolution = await buildExecutions(dataset);
  await holdOutFaults(dataset, [slow, late]);
  const healthy = await fitTopology(dataset, { resolution, name: "healthy" });

  it("predicts a late service's roots from how it behaved, also in another kind of traces", async () => {
    const { all, intervention, transfer } = await scoreWindow(dataset, healthy, late, resolution);
    const { noise, scores } = all!;
    expect(scores.nothing!.ks).toBeGreaterThan(5 * noise);
    expect(scores.behaviour!.ks).toBeLessThan(1.5 * noise);
    expect(Math.abs(scores.behaviour!.p50)).toBeLessThan(0.1);
    // A delay is between the spans of caller and callee: own time alone says nothing of it.
    expect(scores["own time"]!.ks).toBeGreaterThan(5 * noise);
    expect(transfer!.donor).toContain("GET /products");
    expect(transfer!.scores.behaviour!.ks).toBeLessThan(0.5 * transfer!.scores.nothing!.ks);
    expect(applyInterventions(healthy, [intervention!]).topology.apis).toHaveLength(healthy.apis.length);
  });

  it("is better than nothing where queues grow, and says where nothing is to be seen", async () => {
    const { all } = await scoreWindow(dataset, healthy, slow, resolution);
    expect(all!.scores.behaviour!.ks).toBeLessThan(0.5 * all!.scores.nothing!.ks);
    const calm = await scoreWindow(dataset, healthy, window("price", 2, 16), resolution);
    expect(calm.all).toMatchObject({ visible: false });
    expect(Object.keys(calm.all!.scores)).toEqual(["nothing"]);
    expect(await scoreWindow(dataset, healthy, window("stock", 900, 999), resolution)).toMatchObject({ all: null });
    expect(await scoreWindow(dataset, healthy, window("nobody", 2, 16), resolution)).toMatchObject({ roots: 0 });
  });
});
