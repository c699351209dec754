import type { Topology } from "../../topology/topology.ts";
import { meanWork } from "./meanWork.ts";

/** CPU time that one entry call causes in all, µs, by the topology's mix and simple statistics. */
export function offeredWork(topology: Topology): number {
  const work = meanWork(topology);
  return topology.workload.mix.reduce((sum, { api, probability }) => sum + probability * work.get(api)!, 0);
}
