import type { Topology } from "../lib/topology/topology.ts";
import type { Neighbour } from "./callersAndCallees.ts";

/** A neighbour in a topology, which has no latencies of single calls. */
export type TopologyNeighbour = Omit<Neighbour, "p50" | "p95"> & { id: string };

/** Who calls an API of a topology, and whom it calls; most calls first. */
export function topologyNeighbours(
  topology: Pick<Topology, "services" | "apis" | "edges">,
  apiId: string,
): { callers: TopologyNeighbour[]; callees: TopologyNeighbour[] } {
  const services = new Map(topology.services.map(({ id, name }) => [id, name]));
  const apis = new Map(topology.apis.map((api) => [api.id, api]));
  const side = (self: "caller" | "callee", other: "caller" | "callee") => {
    const found = new Map<string, TopologyNeighbour>();
    for (const edge of topology.edges.filter((edge) => edge[self] === apiId)) {
      const api = apis.get(edge[other]);
      if (!api) continue;
      const known = found.get(api.id);
      const calls = (known?.calls ?? 0) + edge.calls;
      const late = (known?.asynchronous ?? 0) * (known?.calls ?? 0) + edge.asynchronous * edge.calls;
      const service = services.get(api.service) ?? api.service;
      found.set(api.id, { id: api.id, service, api: api.name, calls, asynchronous: calls > 0 ? late / calls : 0 });
    }
    return [...found.values()].sort((a, b) => b.calls - a.calls || (a.id < b.id ? -1 : 1));
  };
  return { callers: side("callee", "caller"), callees: side("caller", "callee") };
}
