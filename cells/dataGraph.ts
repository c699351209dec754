import { splitTraces } from "../lib/executions/splitTraces.ts";
import { readGraph } from "../lib/topology/readGraph.ts";
import { type ApiGraph, apiGraph } from "./apiGraph.ts";
import type { SpanTraces } from "./openTraces.ts";

/** The call graph of all traces, as they are, without a fit. */
export function dataGraph({ dataset, turns }: SpanTraces): Promise<ApiGraph> {
  return turns.take(async () => {
    await splitTraces(dataset, 0, 1);
    const graph = await readGraph(dataset);
    const apis = graph.apis.map((api) => ({ ...api, simple: graph.simple(api.number) }));
    return apiGraph({ services: graph.services, apis, edges: graph.edges, workload: graph.workload });
  });
}
