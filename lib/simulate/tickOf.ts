import type { Topology } from "../topology/topology.ts";

/** µs a tick of simulated time: the finest resolution in a topology, its own or an API's. */
export function tickOf({ resolution, apis }: Topology): number {
  return apis.reduce((finest, api) => Math.min(finest, api.resolution ?? finest), resolution);
}
