import type { Topology } from "../topology/topology.ts";

/** Entry calls a second of a topology; 1 where it says 0, which `note` then says in a line. */
export function entryRate({ workload }: Pick<Topology, "workload">): { rate: number; note?: string } {
  if (workload.rate > 0) return { rate: workload.rate };
  return { rate: 1, note: `workload: the topology's rate is ${workload.rate}: entry calls come at 1 a second` };
}
