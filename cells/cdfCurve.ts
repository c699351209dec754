import { ecdfAt } from "../lib/compare/ecdf.ts";

/** Points of an empirical CDF, ascending: at `x` the share `y` of the sample is at most `x`. */
export interface CdfPoint {
  x: number;
  y: number;
}

/** The finite values in ascending order. */
export function sortedSample(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).filter(Number.isFinite).sort();
}

/**
 * The empirical CDF of a sorted sample as at most `limit` points (at least 16). Every point lies exactly on the CDF; a
 * larger sample is thinned to evenly spaced ranks, with a tenth of the points at each end spaced by the logarithm of the
 * rank, so that the step from point to point stays below 1.5 / `limit` and the tails keep their extremes.
 */
export function cdfCurve(sorted: Float64Array, limit = 500): CdfPoint[] {
  const n = sorted.length;
  const ranks = new Set<number>();
  if (n <= limit) for (let rank = 1; rank <= n; rank++) ranks.add(rank);
  else {
    const tail = Math.floor(limit / 10);
    const even = limit - 2 * tail - 2;
    for (let i = 0; i <= even; i++) ranks.add(Math.max(1, Math.round((i / even) * n)));
    for (let i = 0; i < tail; i++) {
      const depth = Math.round((n / even) ** (i / tail));
      ranks.add(depth).add(n + 1 - depth);
    }
  }
  const points: CdfPoint[] = [];
  for (const rank of [...ranks].sort((a, b) => a - b)) {
    const x = sorted[rank - 1]!;
    if (points.at(-1)?.x === x) continue;
    points.push({ x, y: ecdfAt(sorted, x) });
  }
  return points;
}
