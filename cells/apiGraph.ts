import type { Topology } from "../lib/topology/topology.ts";

/** What a call graph is drawn from: services, their APIs and the calls among them. Times are µs. */
export interface ApiGraph {
  services: { id: string; name: string }[];
  apis: ApiNode[];
  /** At most one link for each caller and callee. */
  links: ApiLink[];
}

export interface ApiNode {
  id: string;
  service: string;
  name: string;
  executions: number;
  /** Mean own time of an execution, µs. */
  ownTime: number;
  /** The API starts traces. */
  entry: boolean;
}

export interface ApiLink {
  caller: string;
  callee: string;
  kind: "local" | "remote";
  calls: number;
  /** Share of the calls that the caller does not wait for. */
  asynchronous: number;
  /** Names of the client spans, where the traces have them. */
  operations: string[];
}

/** What a call graph needs of a topology. */
export type GraphSource = Pick<Topology, "services" | "edges" | "workload"> & {
  apis: (Pick<Topology["apis"][number], "id" | "service" | "name" | "executions"> & { simple: { ownTime: number } })[];
};

/** The call graph of a topology; edges with the same caller and callee become one link. */
export function apiGraph(topology: GraphSource): ApiGraph {
  const entries = new Set(topology.workload.mix.map((entry) => entry.api));
  const links = new Map<string, ApiLink>();
  for (const { caller, callee, kind, calls, asynchronous, operation } of topology.edges) {
    const key = JSON.stringify([caller, callee]);
    const link = links.get(key) ?? { caller, callee, kind, calls: 0, asynchronous: 0, operations: [] };
    const total = link.calls + calls;
    link.asynchronous = total > 0 ? (link.asynchronous * link.calls + asynchronous * calls) / total : asynchronous;
    link.calls = total;
    if (operation !== undefined) link.operations.push(operation);
    links.set(key, link);
  }
  return {
    services: topology.services.map(({ id, name }) => ({ id, name })),
    apis: topology.apis.map((api) => ({
      id: api.id,
      service: api.service,
      name: api.name,
      executions: api.executions,
      ownTime: api.simple.ownTime,
      entry: entries.has(api.id),
    })),
    links: [...links.values()],
  };
}
