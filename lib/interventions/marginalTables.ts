import { quantile } from "../gcm/quantile.ts";
import type { Table } from "../topology/topology.ts";
import { holdsIn } from "./holdsIn.ts";

/** Points that stand for a table between two levels of the grid. */
const between = 4;

/**
 * Tables without some of their parents: what a table holds that names one of these is mixed, by its number of
 * observations, into the finest of the others that would serve in its place. As a table is that of the observations for
 * which no finer one holds, leaving such tables out instead would lose their observations, and slow ones among many fast
 * are just those that have tables of their own.
 * @param keeps whether tables may still depend on a parent
 */
export function marginalTables(
  grid: readonly number[],
  tables: readonly Table[],
  keeps: (parent: string) => boolean,
): Table[] {
  const parts = new Map<Table, Table[]>();
  const kept = tables.filter(({ given }) => Object.keys(given).every(keeps));
  for (const table of kept) parts.set(table, [table]);
  for (const table of tables) {
    if (parts.has(table)) continue;
    parts.get(kept.find((each) => holdsIn(each, table.given))!)!.push(table);
  }
  return kept.map((table) => (parts.get(table)!.length === 1 ? table : mixed(grid, parts.get(table)!)));
}

/** The mixture of tables by their numbers of observations, under the context of the first. */
function mixed(grid: readonly number[], parts: readonly Table[]): Table {
  const points = parts.flatMap((part) => pointsOf(grid, part)).sort((a, b) => a.value - b.value);
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const { given } = parts[0]!;
  if (points.length < grid.length) return { given, n, values: points.map(({ value }) => value) };
  let [at, below] = [0, 0];
  const values = grid.map((level) => {
    while (at + 1 < points.length && below + points[at]!.weight <= level * total) below += points[at++]!.weight;
    return compact(points[at]!.value);
  });
  values[0] = compact(points[0]!.value);
  values[grid.length - 1] = compact(points.at(-1)!.value);
  return { given, n, values };
}

/** A table's sample, or points between its quantiles that stand for as many observations. */
function pointsOf(grid: readonly number[], table: Table): { value: number; weight: number }[] {
  const { n, step, values } = table;
  if (step === undefined && values.length < grid.length && values.length === n)
    return values.map((value) => ({ value, weight: 1 }));
  const inner = grid.slice(1).flatMap((level, index) => {
    const from = grid[index]!;
    return Array.from({ length: between }, (_, part) => ({
      value: quantile(grid, table, from + ((level - from) * (part + 0.5)) / between),
      weight: (n * (level - from)) / between,
    }));
  });
  return [{ value: quantile(grid, table, 0), weight: 0 }, ...inner, { value: quantile(grid, table, 1), weight: 0 }];
}

/** Rounds as fits do; all values alike, so that they go on ascending. */
function compact(value: number): number {
  return Number(value.toPrecision(6));
}
