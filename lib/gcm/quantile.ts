import type { Table } from "../topology/topology.ts";

/**
 * The quantile function of a table at probability `u` (0 to 1), in the table's unit. With as many values as the grid
 * has levels they stand at those levels, else at evenly spaced ones (the sorted sample); between two values the
 * function is linear in log(1 + value), so that tails keep their shape.
 * @param grid the topology's `quantileGrid`, ascending from 0 to 1
 */
export function quantile(grid: readonly number[], table: Pick<Table, "values">, u: number): number {
  const { values } = table;
  const last = values.length - 1;
  if (u <= 0 || last === 0) return values[0]!;
  if (u >= 1) return values[last]!;
  let low = 0;
  let share: number;
  if (values.length === grid.length) {
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (grid[middle]! <= u) low = middle;
      else high = middle;
    }
    share = (u - grid[low]!) / (grid[high]! - grid[low]!);
  } else {
    low = Math.floor(u * last);
    share = u * last - low;
  }
  const below = Math.log1p(values[low]!);
  const above = Math.log1p(values[low + 1]!);
  return Math.expm1(below + share * (above - below));
}
