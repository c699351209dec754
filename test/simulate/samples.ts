import type { Executions } from "../../lib/simulate/executions.ts";
import type { Topology } from "../../lib/topology/topology.ts";

/** Durations of the executions of an API, ascending. */
export function durations(topology: Topology, executions: Executions, api: string): number[] {
  const index = topology.apis.findIndex(({ id }) => id === api);
  const found: number[] = [];
  for (let row = 0; row < executions.length; row++) {
    if (executions.api[row] === index) found.push(executions.duration[row]!);
  }
  return found.sort((a, b) => a - b);
}

/** Largest distance between the sample's distribution and a distribution function, at each of the sample's values. */
export function distance(sorted: number[], cdf: (value: number) => number): number {
  let largest = 0;
  for (const [index, value] of sorted.entries()) {
    if (sorted[index + 1] === value) continue;
    largest = Math.max(largest, Math.abs((index + 1) / sorted.length - cdf(value)));
  }
  return largest;
}
