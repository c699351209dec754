import type { Executions } from "./executions.ts";

/**
 * When the callee of a row starts, µs: half of the network before it, the other half after it, on a whole tick.
 * @param tick µs a tick, see `tickOf`
 */
export function calleeStart({ start, duration, waited }: Executions, row: number, tick: number): number {
  const network = Math.round((waited[row]! - duration[row]!) / tick);
  const before = Math.floor(network / 2);
  return start[row]! + (tick < 1 ? before / Math.round(1 / tick) : before * tick);
}
