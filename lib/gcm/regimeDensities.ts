import type { RankTable } from "../topology/topology.ts";
import { binCount, binEdges } from "./rankClasses.ts";

/** Likelihood ratio (G), times the degrees of freedom of a row, from which a regime has a density of its own. */
const price = 6;
/** Observations of a node, and of it under a regime, that are enough to tell. */
const fewest = 50;
const fewestInRegime = 6;
/** Pseudo-observations that pull a regime's density towards that of all. */
const prior = 2;
/** Rounds of raking. */
const rounds = 8;

const widths = Array.from({ length: binCount }, (_, bin) => binEdges[bin + 1]! - binEdges[bin]!);

/**
 * Densities of a node's rank under regimes, from counts by regime and bin: one for each regime whose likelihood ratio pays
 * for its numbers, then one, given {}, for all others together, where there are any. They are raked (iterative proportional fitting; Deming
 * and Stephan, 1940) until ranks are uniform over all regimes, so that the node's distribution stays that of its tables.
 * @param table counts, a row for each regime, from 1
 * @returns no rows where no regime pays
 */
export function regimeDensities(table: readonly (readonly number[])[]): RankTable[] {
  const sizes = table.map(sum);
  const n = sum(sizes);
  if (n < fewest) return [];
  const pooled = Array.from({ length: binCount }, (_, bin) => sum(table.map((row) => row[bin]!)));
  const freedom = pooled.filter((count) => count > 0).length - 1;
  const pays = table.map((row, regime) => {
    let gain = 0;
    for (const [bin, count] of row.entries())
      if (count > 0) gain += 2 * count * Math.log((count * n) / (sizes[regime]! * pooled[bin]!));
    return freedom > 0 && sizes[regime]! >= fewestInRegime && gain > price * freedom;
  });
  if (!pays.includes(true)) return [];
  const others = table.filter((_, regime) => !pays[regime]);
  const groups = [
    ...table.flatMap((row, regime) => (pays[regime] ? [{ given: { regime: String(regime + 1) }, row }] : [])),
    { given: {}, row: pooled.map((_, bin) => sum(others.map((row) => row[bin]!))) },
  ].filter(({ row }) => sum(row) > 0);
  let weights = groups.map(({ row }) => {
    const size = sum(row);
    return row.map((count, bin) => {
      const expected = pooled[bin]! / n;
      return expected === 0 ? widths[bin]! : (widths[bin]! * (count + prior * expected)) / ((size + prior) * expected);
    });
  });
  for (let round = 0; round < rounds; round++) {
    weights = weights.map((row) => row.map((weight) => weight / sum(row)));
    const mixed = widths.map((_, bin) => sum(weights.map((row, group) => (row[bin]! * sum(groups[group]!.row)) / n)));
    weights = weights.map((row) => row.map((weight, bin) => (weight * widths[bin]!) / mixed[bin]!));
  }
  return groups.map(({ given, row }, group) => {
    const total = sum(weights[group]!);
    return { given, n: sum(row), weights: weights[group]!.map((weight) => Number((weight / total).toPrecision(3))) };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
