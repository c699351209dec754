import type { ApiGraph, ApiLink } from "../../cells/apiGraph.ts";

/** A call graph with cycles, recursion, local and remote calls; the same for the same seed. */
export function randomGraph(seed: number, services: number, apis: number, links: number): ApiGraph {
  let state = seed;
  const random = (below: number) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  const serviceOf = Array.from({ length: apis }, (_, api) => (api < services ? api : random(services)));
  const pairs = new Map<string, ApiLink>();
  for (let i = 0; i < links; i++) {
    const [caller, callee] = [random(apis), random(apis)];
    pairs.set(`${caller} ${callee}`, {
      caller: `api${caller}`,
      callee: `api${callee}`,
      kind: serviceOf[caller] === serviceOf[callee] ? "local" : "remote",
      calls: 1 + random(10_000),
      asynchronous: random(5) === 0 ? 1 : 0,
      operations: [],
    });
  }
  const used = Math.min(services, apis);
  return {
    services: Array.from({ length: used }, (_, i) => ({ id: `service${i}`, name: `service ${i}` })),
    apis: Array.from({ length: apis }, (_, i) => ({
      id: `api${i}`,
      service: `service${serviceOf[i]! % used}`,
      name: `operation ${i} of a service`,
      executions: random(100_000),
      ownTime: random(1_000_000) / 7,
      entry: i === 0,
    })),
    links: [...pairs.values()],
  };
}
