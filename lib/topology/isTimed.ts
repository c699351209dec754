import type { Topology } from "./topology.ts";

/** Whether a topology has times to simulate; one fitted to summaries without spans is structure alone. */
export function isTimed({ apis }: Topology): boolean {
  return apis.some(({ gcm }) => gcm.nodes.some(({ kind, tables }) => kind === "own_time" && tables !== undefined));
}
