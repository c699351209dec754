import type { Topology } from "../lib/topology/topology.ts";

/** Id of the API with the most executions among those whose own time depends on the caller; else of the first. */
export function conditionedApi({ apis }: Pick<Topology, "apis">): string | null {
  const conditioned = apis.filter(({ gcm }) =>
    gcm.nodes.some((node) => node.kind === "own_time" && node.parents.includes("caller")),
  );
  const [most] = conditioned.toSorted((a, b) => b.executions - a.executions || (a.id < b.id ? -1 : 1));
  return most?.id ?? apis[0]?.id ?? null;
}
