import type { Table } from "../topology/topology.ts";

/**
 * The quantile function of a table at probability `u` (0 to 1), in the table's unit. With as many values as the grid
 * has levels they stand at those levels, with a `step` at every so many-th of them, else at evenly spaced ones (the
 * sorted sample); between two values the function is linear in log(1 + value), so that tails keep their shape.
 * @param grid the topology's `quantileGrid`, ascending from 0 to 1
 */
export function quantile(grid: readonly number[], table: Pick<Table, "values" | "step">, u: number): number {
  const { values } = table;
  const last = values.length - 1;
  if (u <= 0 || last === 0) return values[0]!;
  if (u >= 1) return values[last]!;
  let low = 0;
  let share: number;
  const { step = 1 } = table;
  if (last * step === grid.length - 1) {
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (grid[middle * step]! <= u) low = middle;
      else high = middle;
    }
    share = (u - grid[low * step]!) / (grid[high * step]! - grid[low * step]!);
  } else {
    low = Math.floor(u * last);
    share = u * last - low;
  }
  const below = Math.log1p(values[low]!);
  const above = Math.log1p(values[low + 1]!);
  return Math.expm1(below + share * (above - below));
}
