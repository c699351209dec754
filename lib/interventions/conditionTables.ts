import { probabilityBelow, tableDistance } from "../gcm/tableDistance.ts";
import type { Context, Table } from "../topology/topology.ts";
import { groupBy } from "./groupBy.ts";
import { holdsIn } from "./holdsIn.ts";

/** A quantity in contexts: values with the contexts they were seen in, and what each counts for. */
export interface ConditionedSample {
  value: number[];
  weight: number[];
  given: Context[];
}

/** Below this many observations a context has no table of its own. */
const fewest = 10;

/** Parents that are no labels; a chain refines a caller and is never without it. */
const structural = [[], ["caller"], ["path"], ["caller", "chain"], ["path", "caller"], ["path", "caller", "chain"]];

/** The sets of parents that make contexts, the smallest first, those with labels first among equals. */
function setsOf(given: readonly Context[]): string[][] {
  const names = new Set<string>();
  for (const context of given) for (const name in context) names.add(name);
  const labels = [...names].filter((name) => !structural.at(-1)!.includes(name)).sort();
  const subsets = Array.from({ length: 2 ** labels.length }, (_, bits) =>
    labels.filter((_label, index) => (bits >> index) & 1),
  ).reverse();
  const all = subsets.flatMap((chosen) => structural.map((set) => [...set, ...chosen]));
  return all.sort((a, b) => a.length - b.length);
}

/** As in a fit, labels must differ at the 1 % level. */
const farEnough = (set: readonly string[]) => (set.every((name) => structural.at(-1)!.includes(name)) ? 1 : 1.63);

/**
 * Tables of a sample by path, caller, chain of callers and labels: a context has its own where it differs from the
 * table that would serve in its place by more than 1/√n (Kolmogorov-Smirnov; 1.63/√n where it names a label), as in a
 * fit. Finest contexts come first, and each table is that of the observations for which no finer one holds, where these
 * are enough.
 */
export function conditionTables(grid: readonly number[], sample: ConditionedSample): Table[] {
  const order = Array.from(sample.value, (_, index) => index).sort((a, b) => sample.value[a]! - sample.value[b]!);
  const kept: { set: readonly string[]; key: string; table: Table }[] = [];
  for (const set of setsOf(sample.given)) {
    const groups = groupBy(
      order.filter((index) => set.every((name) => sample.given[index]![name] !== undefined)),
      (index) => keyOf(sample.given[index]!, set),
    );
    for (const [key, rows] of groups) {
      if (set.length > 0 && rows.length < fewest) continue;
      const context = sample.given[rows[0]!]!;
      const given = Object.fromEntries(set.map((name) => [name, context[name]!]));
      const table = { given, n: rows.length, values: weightedQuantiles(grid, sample, rows) };
      const serving = kept.findLast(
        (other) => other.set.every((name) => set.includes(name)) && other.key === keyOf(context, other.set),
      );
      if (serving && tableDistance(grid, table, serving.table) <= farEnough(set) / Math.sqrt(rows.length)) continue;
      kept.push({ set, key, table });
    }
  }
  kept.reverse();
  const left = groupBy(
    order,
    (index) =>
      kept.find(
        ({ set, key }) =>
          set.every((name) => sample.given[index]![name] !== undefined) && key === keyOf(sample.given[index]!, set),
      )!,
  );
  return kept.flatMap((each) => {
    const rows = left.get(each) ?? [];
    if (rows.length < fewest) return each.set.length > 0 && rows.length === 0 ? [] : [each.table];
    return [{ ...each.table, n: rows.length, values: weightedQuantiles(grid, sample, rows) }];
  });
}

/** The rank of a value, 0 to 1 and neither, under the first table whose context holds; in the middle of a jump. */
export function rankIn(grid: readonly number[], tables: readonly Table[], value: number, given: Context): number {
  const table = tables.find((each) => holdsIn(each, given))!;
  const rank = (probabilityBelow(grid, table, value) + probabilityBelow(grid, table, value, true)) / 2;
  return Math.min(1 - 1e-6, Math.max(1e-6, rank));
}

function keyOf(given: Context, set: readonly string[]): string {
  return JSON.stringify(set.map((name) => given[name]));
}

/** Quantiles at the grid's levels, linear between values, of rows in ascending order. */
function weightedQuantiles(grid: readonly number[], sample: ConditionedSample, rows: readonly number[]): number[] {
  const below = new Float64Array(rows.length);
  for (let at = 1; at < rows.length; at++) below[at] = below[at - 1]! + sample.weight[rows[at - 1]!]!;
  const total = below.at(-1)!;
  let at = 0;
  return grid.map((level) => {
    while (at + 1 < rows.length && below[at + 1]! <= level * total) at++;
    const low = sample.value[rows[at]!]!;
    if (at + 1 >= rows.length) return compact(low);
    const share = (level * total - below[at]!) / (below[at + 1]! - below[at]!);
    return compact(low + share * (sample.value[rows[at + 1]!]! - low));
  });
}

function compact(value: number): number {
  return Number(value.toPrecision(6));
}
