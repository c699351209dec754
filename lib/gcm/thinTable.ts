import type { Table } from "../topology/topology.ts";
import { quantile } from "./quantile.ts";
import { tableDistance } from "./tableDistance.ts";

/** How far (Kolmogorov-Smirnov) a table may move by being thinned, times 1/√n: chance alone moves it by three times that. */
const farthest = 0.3;

/**
 * The table with as few values as its observations deserve: those at every `step`-th level of the grid, for the largest
 * step that moves the distribution by no more than 0.3/√n; one value where all are equal.
 */
export function thinTable(grid: readonly number[], table: Table): Table {
  const { values, n } = table;
  if (values.length > 1 && values[0] === values.at(-1)) return { ...table, values: [values[0]!] };
  const last = grid.length - 1;
  for (let step = last; step > 1; step--) {
    if (last % step !== 0 || last / step + 1 >= values.length) continue;
    const at = grid.filter((_, index) => index % step === 0);
    const thin = { step, values: at.map((level) => Number(quantile(grid, table, level).toPrecision(6))) };
    if (tableDistance(grid, thin, table) <= farthest / Math.sqrt(n)) return { ...table, ...thin };
  }
  return table;
}

/** A table's values at every level of the grid where it was thinned, else its values themselves. */
export function fullValues(grid: readonly number[], table: Pick<Table, "values" | "step">): readonly number[] {
  return table.step === undefined ? table.values : grid.map((level) => quantile(grid, table, level));
}
