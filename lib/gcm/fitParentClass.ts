import type { RankTable } from "../topology/topology.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import { counted, type NodeDecision } from "./nodeDecision.ts";
import { binCount, binEdges, classBounds, classCount } from "./rankClasses.ts";

/** Pseudo-observations that pull a class's density towards that of all classes. */
const prior = 12;

/** For each API the densities of its rank given the class of its caller's, by caller's number. */
export type ParentClass = Map<number, Map<number, RankTable[]>>;

/** Adds to the table `fitted` the column `caller_class`, the class of its caller's rank (see rankTimes); NULL for none. */
export async function classCallers(dataset: Dataset): Promise<void> {
  const fitted = tableOf(dataset, "fitted");
  const cases = classBounds.map((bound, index) => `WHEN p.rank < ${bound} THEN ${index}`).join(" ");
  await dataset.engine.query(`
    CREATE OR REPLACE TABLE ${fitted} AS
    SELECT c.*, CASE WHEN p.rank IS NULL THEN NULL ${cases} ELSE ${classCount - 1} END::INTEGER AS caller_class
    FROM ${fitted} c LEFT JOIN ${fitted} p ON p.span = c.parent`);
}

/**
 * Fits how the rank of an execution's own time depends on the class of its caller's rank: for each API and caller a
 * density on 12 bins for each class. It is kept where the likelihood ratio (G) exceeds twice its degrees of freedom, and
 * is relative to the density over all classes, so that the own time's distribution over all stays that of its tables.
 */
export async function fitParentClass(dataset: Dataset): Promise<{ classes: ParentClass; decision: NodeDecision }> {
  const bins = binEdges
    .slice(1, -1)
    .map((edge, index) => `WHEN rank < ${edge} THEN ${index}`)
    .join(" ");
  const rows = await dataset.engine.query(`
    SELECT api, caller, caller_class AS class, CASE ${bins} ELSE ${binCount - 1} END::INTEGER AS bin, count(*)::DOUBLE AS n
    FROM ${tableOf(dataset, "fitted")} WHERE rank IS NOT NULL AND caller_class IS NOT NULL
    GROUP BY ALL ORDER BY ALL`);
  const counts = new Map<string, { api: number; caller: number; table: number[][] }>();
  for (const { api, caller, class: parentClass, bin, n } of rows) {
    const key = `${api} ${caller}`;
    const known = counts.get(key) ?? {
      api: Number(api),
      caller: Number(caller),
      table: Array.from({ length: classCount }, () => Array<number>(binCount).fill(0)),
    };
    counts.set(key, known);
    known.table[parentClass][bin] = n;
  }
  const found: ParentClass = new Map();
  let nats = 0;
  for (const { api, caller, table } of counts.values()) {
    const { tables, gain } = densities(table);
    if (tables.length === 0) continue;
    nats += gain;
    const callers = found.get(api) ?? new Map<number, RankTable[]>();
    found.set(api, callers.set(caller, tables));
  }
  const known = await dataset.engine.query(
    `SELECT count(DISTINCT trace)::DOUBLE AS n FROM ${tableOf(dataset, "fitted")}`,
  );
  const decision: NodeDecision =
    counts.size === 0
      ? { found: "", reason: "no API is called often enough, with times that vary, to tell" }
      : found.size === 0
        ? { found: "" }
        : { found: counted(found.size, "API"), gain: nats / Number(known.get(0)!.n) };
  return { classes: found, decision };
}

/**
 * Densities for each class of a contingency table of classes and bins, or none where the two are independent as far as
 * can be told; and the gain in log-likelihood, nats, less one for each degree of freedom, which is what it would be on
 * others (Akaike).
 */
export function densities(table: readonly (readonly number[])[]): { tables: RankTable[]; gain: number } {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const byClass = table.map(sum);
  const byBin = Array.from({ length: binCount }, (_, bin) => sum(table.map((row) => row[bin]!)));
  const n = sum(byClass);
  let gain = 0;
  table.forEach((row, each) => {
    row.forEach((count, bin) => {
      if (count > 0) gain += 2 * count * Math.log((count * n) / (byClass[each]! * byBin[bin]!));
    });
  });
  const seen = (totals: readonly number[]) => totals.filter((total) => total > 0).length;
  const freedom = (seen(byClass) - 1) * (seen(byBin) - 1);
  if (freedom === 0 || !(gain > 2 * freedom)) return { tables: [], gain: 0 };
  const tables = table.flatMap((row, each) => {
    if (byClass[each] === 0) return [];
    const weights = row.map((count, bin) => {
      const width = binEdges[bin + 1]! - binEdges[bin]!;
      const expected = byBin[bin]! / n;
      return expected === 0 ? 0 : (width * (count + prior * expected)) / ((byClass[each]! + prior) * expected);
    });
    const total = sum(weights);
    const given = { "caller.rank": String(each) };
    return [{ given, n: byClass[each]!, weights: weights.map((weight) => Number((weight / total).toPrecision(4))) }];
  });
  return { tables, gain: gain / 2 - freedom };
}
