import type { Table } from "../topology/topology.ts";

/**
 * The distribution function of a table at `x`, in the table's unit: the inverse of `quantile`. It jumps at values that
 * the table holds several times; there it is the probability of at most `x`, or of `less` than that.
 */
export function probabilityBelow(
  grid: readonly number[],
  { values, step = 1 }: Pick<Table, "values" | "step">,
  x: number,
  less = false,
): number {
  let above = 0;
  for (let end = values.length; above < end; ) {
    const middle = (above + end) >> 1;
    if (less ? values[middle] < x : values[middle] <= x) above = middle + 1;
    else end = middle;
  }
  if (above === 0) return 0;
  if (above === values.length) return 1;
  const level = (index: number) =>
    (values.length - 1) * step === grid.length - 1 ? grid[index * step] : index / (values.length - 1);
  const [low, high] = [Math.log1p(values[above - 1]), Math.log1p(values[above])];
  const share = (Math.log1p(x) - low) / (high - low);
  return level(above - 1) + share * (level(above) - level(above - 1));
}

/**
 * Kolmogorov-Smirnov distance of two tables: the largest difference of their distribution functions, which lies at or
 * just below one of their values.
 */
export function tableDistance(
  grid: readonly number[],
  a: Pick<Table, "values" | "step">,
  b: Pick<Table, "values" | "step">,
): number {
  let distance = 0;
  for (const x of [...a.values, ...b.values]) {
    for (const less of [true, false]) {
      const difference = Math.abs(probabilityBelow(grid, a, x, less) - probabilityBelow(grid, b, x, less));
      if (difference > distance) distance = difference;
    }
  }
  return distance;
}
