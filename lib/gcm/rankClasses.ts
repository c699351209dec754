/** Bounds between the classes of a rank; the upper tail, where long waits are, has classes of its own. */
export const classBounds: readonly number[] = [0.1, 0.25, 0.5, 0.75, 0.9, 0.97];

/** Number of classes: classes are 0 to 6. */
export const classCount = classBounds.length + 1;

/** Edges of the 12 bins on which the density of a rank is constant, from 0 to 1 and finer towards 1. */
export const binEdges: readonly number[] = [0, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.97, 0.985, 0.993, 0.998, 1];

/** Number of bins. */
export const binCount = binEdges.length - 1;

/** The class of a rank, 0 to 6. */
export function classOf(rank: number): number {
  let found = 0;
  while (found < classBounds.length && rank >= classBounds[found]!) found++;
  return found;
}

/** The bin of a rank, 0 to 11. */
export function binOf(rank: number): number {
  let found = 0;
  while (found < binCount - 1 && rank >= binEdges[found + 1]!) found++;
  return found;
}

/** The distribution function at `rank` of a density that is constant on bins, of which these are the probabilities. */
export function probabilityOfRank(weights: readonly number[], rank: number): number {
  const bin = binOf(rank);
  let below = 0;
  for (let each = 0; each < bin; each++) below += weights[each]!;
  return below + (weights[bin]! * (rank - binEdges[bin]!)) / (binEdges[bin + 1]! - binEdges[bin]!);
}
