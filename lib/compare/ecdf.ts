/** A point of an empirical distribution function: the share `p` of the sample that is at most `x`. */
export interface EcdfPoint {
  x: number;
  p: number;
}

/** The share of an ascending sample that is at most `x`, 0 to 1; NaN for an empty sample. */
export function ecdfAt(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}

/**
 * The empirical distribution function of an ascending sample as points to draw: one for each distinct value, or about
 * `points` of them, evenly spaced in rank and always with the first and the last.
 */
export function ecdf(sorted: Float64Array, points = 500): EcdfPoint[] {
  const { length } = sorted;
  const steps = Math.min(points, length);
  const drawn: EcdfPoint[] = [];
  for (let step = 0; step < steps; step++) {
    const x = sorted[steps === 1 ? length - 1 : Math.round((step * (length - 1)) / (steps - 1))]!;
    if (drawn.at(-1)?.x !== x) drawn.push({ x, p: ecdfAt(sorted, x) });
  }
  return drawn;
}
