import { afterAll, expect, it } from "vitest";
import { openTraces } from "../../cells/openTraces.ts";
import { resolutionByService } from "../../cells/resolutionByService.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { tableOf } from "../../lib/traces/dataset.ts";
import { readySet } from "../compare/openedDataset.ts";
import { insertSpans } from "../executions/insertSpans.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());

it("resolutionByService tells how exactly each service's times were recorded, the coarsest first", async () => {
  const dataset = await insertSpans(engine, [
    { id: "a", api: "ms get", at: [0, 5000] },
    { id: "b", parent: "a", api: "us get", at: [1000, 1007] },
    { id: "c", parent: "a", api: "us put", at: [2000, 2001] },
    { id: "d", parent: "a", api: "ns get", at: [3000, 3000.25] },
  ]);
  await buildExecutions(dataset);
  expect(await resolutionByService(dataset)).toEqual([
    { service: "ms", apis: 1, executions: 1, resolution: 1000, unresolved: 0 },
    { service: "us", apis: 2, executions: 2, resolution: 1, unresolved: 0.5 },
    { service: "ns", apis: 1, executions: 1, resolution: 0.001, unresolved: 0 },
  ]);
});

it("resolutionByService counts every execution", async () => {
  const { dataset, counts } = await openTraces(engine, [readySet("recording")]);
  const services = await resolutionByService(dataset);
  expect(services.length).toBe(counts!.services);
  expect(services.reduce((sum, one) => sum + one.executions, 0)).toBe(counts!.executions);
  expect(services.reduce((sum, one) => sum + one.apis, 0)).toBe(counts!.apis);
  const least = await dataset.engine.query(`SELECT max(resolution) AS most FROM ${tableOf(dataset, "names")}`);
  expect(services[0]!.resolution).toBe(least.get(0)!.most);
});
