import type { CountProbability } from "../topology/topology.ts";

/** The mean of a distribution of counts; 1 where there is none, as what has no counts is done once. */
export function meanCount(counts: readonly CountProbability[] | undefined): number {
  return counts === undefined ? 1 : counts.reduce((sum, { count, probability }) => sum + count * probability, 0);
}
