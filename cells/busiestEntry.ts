import type { Topology } from "../lib/topology/topology.ts";

/** Id of the API where most traces start; the first API where none is known to, null where there is no API. */
export function busiestEntry({ workload, apis }: Pick<Topology, "workload" | "apis">): string | null {
  const [busiest] = workload.mix.toSorted((a, b) => b.executions - a.executions || (a.api < b.api ? -1 : 1));
  return busiest?.api ?? apis[0]?.id ?? null;
}
