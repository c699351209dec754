import type { Topology } from "../topology/topology.ts";

/** The APIs that an API calls, directly or not, and itself. */
export function reachedFrom({ edges }: Topology, api: string): Set<string> {
  const reached = new Set([api]);
  for (const caller of reached) for (const edge of edges) if (edge.caller === caller) reached.add(edge.callee);
  return reached;
}
