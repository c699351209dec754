import type { Context, Table } from "../topology/topology.ts";
import type { Dataset } from "../traces/dataset.ts";
import { tableDistance } from "./tableDistance.ts";

/** Below this many observations a context has no table of its own. */
const fewest = 10;
/**
 * How far a table must be from the one in its place, times 1/√n. Labels multiply contexts: theirs must differ at the
 * 1 % level (Kolmogorov's distribution).
 */
const farEnough = (set: readonly string[], labels: Readonly<Record<string, string>> = {}) =>
  set.some((parent) => parent in labels) ? 1.63 : 1;

/** Distributions of one quantity under every combination of its parents. */
export interface TableQuery {
  /** A relation with a column for `key`, one for each parent and one for `value`. */
  relation: string;
  /** Column that tells the nodes apart (an API's or an edge's number). */
  key: string;
  /**
   * Columns of the parents, the most telling first; their values are integers. `chain` refines `caller`
   * and is never without it; NULL stands for a value that is not told apart.
   */
  parents: readonly string[];
  /** Which of the parents are labels: their columns, and the ids by which contexts name them. */
  labels?: Readonly<Record<string, string>>;
  /** Parents that a person named: a context with them is finer than any without, so that it serves what they are set to. */
  named?: readonly string[];
  /** SQL expression of the quantity, at least 0. */
  value: string;
}

/**
 * Fits the quantile tables of many nodes. A context (a value of each of some of the parents) keeps a table when it has
 * at least 10 observations and differs from the table that would serve in its place by more than 1/√n
 * (Kolmogorov-Smirnov; 1.63/√n where it names a label); finer contexts are listed first and the last table holds for any.
 * @param name the topology's name of a parent's value
 * @returns tables by key, finest context first
 */
export async function fitTables(
  dataset: Dataset,
  grid: readonly number[],
  query: TableQuery,
  name: (parent: string, value: number) => string,
): Promise<Map<number, Table[]>> {
  const varying = await varyingParents(dataset, query);
  const byKey = new Map<number, Table[]>();
  const kept = new Map<string, Table>();
  const slot = (key: number, set: readonly string[], context: ReadonlyMap<string, number>) =>
    [key, ...set.map((parent) => `${parent}=${context.get(parent)}`)].join();
  const sets = subsets(query.parents, query.named);
  for (const [index, set] of sets.entries()) {
    const keys = [...varying].filter(([, parents]) => set.every((parent) => parents.has(parent))).map(([key]) => key);
    if (keys.length === 0) continue;
    const coarser = sets.slice(0, index).filter((other) => other.every((parent) => set.includes(parent)));
    for (const { key, n, values, context } of await quantiles(dataset, grid, query, set, keys)) {
      const given: Context = Object.fromEntries(
        [...context].map(([parent, v]) => [query.labels?.[parent] ?? parent, name(parent, v)]),
      );
      const table = { given, n, values };
      const serving = coarser.findLast((other) => kept.has(slot(key, other, context)));
      const substitute = serving && kept.get(slot(key, serving, context));
      if (
        substitute &&
        (n < fewest || tableDistance(grid, table, substitute) <= farEnough(set, query.labels) / Math.sqrt(n))
      )
        continue;
      kept.set(slot(key, set, context), table);
      const tables = byKey.get(key);
      if (tables) tables.push(table);
      else byKey.set(key, [table]);
    }
  }
  const sorted = [...byKey].sort(([a], [b]) => a - b);
  return new Map(sorted.map(([key, tables]) => [key, tables.reverse()]));
}

/** For each key the parents that take more than one value: no other context can tell it anything. */
async function varyingParents(
  dataset: Dataset,
  { relation, key, parents }: TableQuery,
): Promise<Map<number, Set<string>>> {
  // A caller that never varies may still be called by several chains.
  const varies = (parent: string) => `coalesce(min(${parent}) < max(${parent}), false)`;
  const counts = parents.map((parent) =>
    parent === "caller" && parents.includes("chain")
      ? `, (${varies(parent)} OR ${varies("chain")}) AS ${parent}`
      : `, ${varies(parent)} AS ${parent}`,
  );
  const rows = await dataset.engine.query(
    `SELECT ${key}::INTEGER AS key${counts.join("")} FROM ${relation} GROUP BY ${key}`,
  );
  return new Map([...rows].map((row) => [row.key, new Set(parents.filter((parent) => row[parent]))]));
}

/** Quantiles of every context of one set of parents: at the grid's levels, or the sorted sample where that is smaller. */
async function quantiles(
  dataset: Dataset,
  grid: readonly number[],
  { relation, key, value }: TableQuery,
  set: readonly string[],
  keys: readonly number[],
) {
  const columns = [key, ...set];
  const list = columns.join(", ");
  // A sorted list answers 64 levels several times faster than quantile_cont, which selects each anew.
  const at = "level * (n - 1)";
  const rows = await dataset.engine.query(`
    SELECT ${columns.map((column) => `${column}::INTEGER AS ${column}`).join(", ")}, n::DOUBLE AS n,
      CASE WHEN n < ${grid.length} THEN sorted ELSE list_transform([${grid.join(", ")}]::DOUBLE[], lambda level:
        sorted[1 + floor(${at})::BIGINT] + (${at} - floor(${at}))
          * (sorted[1 + ceil(${at})::BIGINT] - sorted[1 + floor(${at})::BIGINT])) END AS "values"
    FROM (
      SELECT ${list}, count(*) AS n, list_sort(list((${value})::DOUBLE)) AS sorted
      FROM ${relation} WHERE ${key} IN (${keys.join(", ")}) ${set.map((parent) => `AND ${parent} IS NOT NULL`).join(" ")}
      GROUP BY ${list}
      HAVING ${set.length > 0 ? `count(*) >= ${fewest}` : "true"})
    ORDER BY ${list}`);
  return [...rows].map((row) => ({
    key: Number(row[key]),
    n: Number(row.n),
    values: Array.from(row.values as Iterable<number>, compact),
    context: new Map(set.map((parent) => [parent, Number(row[parent])])),
  }));
}

/**
 * The sets of parents that make contexts: those with the fewest of the named ones first, then the smallest; among equals
 * those with the first parents come last.
 */
function subsets(parents: readonly string[], named: readonly string[] = []): string[][] {
  const all = Array.from({ length: 2 ** parents.length }, (_, bits) =>
    parents.filter((_parent, i) => ((bits >> (parents.length - 1 - i)) & 1) === 1),
  );
  const meaningful = all.filter((set) => !set.includes("chain") || set.includes("caller"));
  const rank = (set: readonly string[]) => set.filter((parent) => named.includes(parent)).length * 100 + set.length;
  return meaningful.sort((a, b) => rank(a) - rank(b));
}

/** Six digits are finer than any clock that made the value. */
function compact(value: number): number {
  return Number(value.toPrecision(6));
}
