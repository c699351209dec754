import type { Topology } from "../../topology/topology.ts";
import { type MeanWork, meanWork } from "./meanWork.ts";

/** CPU time of a call over the network on both of its sides, µs: two cores make some 16,000 of them a second. */
export const callWork = 125;

/**
 * CPU time that one entry call causes in all, µs that really pass: own time but what sleeps, which takes none, and calls
 * over the network, which no time scale makes slower.
 * @param work the kind of work of all APIs; absent for what each says
 */
export function offeredWork(topology: Topology, { work, scale = 1 }: { work?: string; scale?: number } = {}): number {
  const means = meanWork(topology);
  const cpuTime = ({ working, ownTime, calls }: MeanWork) => {
    const worked = work === undefined ? working : work === "sleep" ? 0 : ownTime;
    // The entry's own call is one too.
    return scale * worked + callWork * (calls + 1);
  };
  return topology.workload.mix.reduce((sum, { api, probability }) => sum + probability * cpuTime(means.get(api)!), 0);
}
