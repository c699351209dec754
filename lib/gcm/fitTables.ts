import { tableFromArrays } from "apache-arrow";
import type { Context, Table } from "../topology/topology.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import { ContextChoice } from "./contextChoice.ts";
import { tableDistance } from "./tableDistance.ts";
import { thinTable } from "./thinTable.ts";

/** Below this many observations a context has no table of its own. */
const fewest = 10;
/** Stands for a parent's value that is not told apart; values are at least -1. */
const none = -2;
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

/** A table of one node under a context of some of the parents. */
interface Fitted {
  key: number;
  set: readonly string[];
  context: ReadonlyMap<string, number>;
  table: Table;
}

/** Observations of one node that agree in all parents, and the slot of the table that holds for them. */
interface Group {
  key: number;
  context: ReadonlyMap<string, number>;
  n: number;
  serving: string;
}

/**
 * Fits the quantile tables of many nodes. A context (a value of each of some of the parents) keeps a table when it has
 * at least 10 observations and differs by more than 1/√n from what would serve in its place (Kolmogorov-Smirnov;
 * 1.63/√n where it names a label; see ContextChoice). A coarser table is then that of the observations for which no
 * finer one holds: what has a table of its own is in no other. Finer contexts are listed first and the last table holds
 * for any. Each table has as few values as its observations deserve (see thinTable).
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
  const groups = await readGroups(dataset, query);
  const groupsOf = new Map<number, Group[]>();
  for (const group of groups) listed(groupsOf, group.key).push(group);
  const sets = subsets(query.parents, query.named);
  const candidates = new Map<number, Fitted[][]>();
  for (const set of sets) {
    const keys = [...varying].filter(([, parents]) => set.every((parent) => parents.has(parent))).map(([key]) => key);
    if (keys.length === 0) continue;
    const found = new Map<number, Fitted[]>();
    for (const { key, n, values, context } of await quantiles(dataset, grid, query, set, keys)) {
      const given: Context = Object.fromEntries(
        [...context].map(([parent, v]) => [query.labels?.[parent] ?? parent, name(parent, v)]),
      );
      listed(found, key).push({ key, set, context, table: { given, n, values } });
    }
    for (const [key, each] of found) listed(candidates, key).push(each);
  }
  const kept = new Map<string, Fitted>();
  for (const [key, bySet] of candidates) chooseTables(grid, query, bySet, groupsOf.get(key)!, kept);
  dropLean(kept, groups, sets);
  await leaveRests(dataset, grid, query, kept, groups);
  const byKey = new Map<number, Table[]>();
  const order = new Map<readonly string[], number>(sets.map((set, index) => [set, index]));
  const sorted = [...kept.values()].sort((a, b) => a.key - b.key || order.get(a.set)! - order.get(b.set)!);
  for (const { key, table } of sorted) listed(byKey, key).unshift(thinTable(grid, table));
  return byKey;
}

function slotOf(key: number, set: readonly string[], context: ReadonlyMap<string, number>): string {
  return [key, ...set.map((parent) => `${parent}=${context.get(parent)}`)].join();
}

function listed<Key, Value>(lists: Map<Key, Value[]>, key: Key): Value[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** Every combination of the parents' values, with its number of observations. */
async function readGroups(dataset: Dataset, { relation, key, parents }: TableQuery): Promise<Group[]> {
  const columns = [key, ...parents];
  const rows = await dataset.engine.query(`
    SELECT ${columns.map((column) => `${column}::INTEGER AS ${column}`).join(", ")}, count(*)::DOUBLE AS n
    FROM ${relation} GROUP BY ${columns.join(", ")} ORDER BY ${columns.join(", ")}`);
  return [...rows].map((row) => ({
    key: Number(row[key]),
    context: new Map(parents.flatMap((parent) => (row[parent] === null ? [] : [[parent, Number(row[parent])]]))),
    n: Number(row.n),
    serving: slotOf(Number(row[key]), [], new Map()),
  }));
}

/** Keeps the tables of one node that differ from what serves in their place; groups follow. */
function chooseTables(
  grid: readonly number[],
  { labels, named = [] }: TableQuery,
  bySet: readonly Fitted[][],
  groups: readonly Group[],
  kept: Map<string, Fitted>,
): void {
  const [[root], ...finer] = bySet as [[Fitted], ...Fitted[][]];
  const rootSlot = slotOf(root.key, [], root.context);
  kept.set(rootSlot, root);
  const choice = new ContextChoice(
    grid,
    { slot: rootSlot, table: root.table },
    finer.flat().map(({ table }) => table),
  );
  for (const tables of finer) {
    const { set } = tables[0]!;
    const served = new Map<string, Group[]>();
    for (const group of groups)
      if (set.every((parent) => group.context.has(parent)))
        listed(served, slotOf(group.key, set, group.context)).push(group);
    const slots = new Map(tables.map((each) => [slotOf(each.key, set, each.context), each]));
    const candidates = [...slots].map(([slot, { table }]) => {
      const taken = new Map<string, number>();
      for (const { serving, n } of served.get(slot)!) taken.set(serving, (taken.get(serving) ?? 0) + n);
      return { slot, table, taken };
    });
    // What a person named must be told by itself, however well a path or caller says the same.
    const byItself = set.some((parent) => named.includes(parent));
    const chosen = byItself
      ? candidates.filter(({ slot, table }) => {
          const { context } = slots.get(slot)!;
          const coarser = [...kept.values()].filter(
            (other) =>
              other.set.length < set.length && [...other.context].every(([parent, v]) => context.get(parent) === v),
          );
          return tableDistance(grid, table, coarser.at(-1)!.table) > farEnough(set, labels) / Math.sqrt(table.n);
        })
      : [];
    const told = byItself ? chosen.map(({ slot }) => slot) : choice.choose(candidates, farEnough(set, labels));
    for (const slot of told) {
      kept.set(slot, slots.get(slot)!);
      for (const group of served.get(slot)!) group.serving = slot;
    }
  }
}

/** Drops tables of which finer ones leave fewer than 10 observations, but the one that holds for any. */
function dropLean(kept: Map<string, Fitted>, groups: readonly Group[], sets: readonly (readonly string[])[]): void {
  const finest = [...sets].reverse();
  for (;;) {
    const left = observationsLeft(groups);
    const lean = [...kept].filter(([slot, { set }]) => set.length > 0 && (left.get(slot) ?? 0) < fewest);
    if (lean.length === 0) return;
    // The finest go first: what they held, the next finest may need.
    const most = Math.max(...lean.map(([, { set }]) => set.length));
    for (const [slot, { set }] of lean) if (set.length === most) kept.delete(slot);
    for (const group of groups) {
      if (kept.has(group.serving)) continue;
      const holds = (set: readonly string[]) =>
        set.every((parent) => group.context.has(parent)) && kept.has(slotOf(group.key, set, group.context));
      group.serving = slotOf(group.key, finest.find(holds)!, group.context);
    }
  }
}

function observationsLeft(groups: readonly Group[]): Map<string, number> {
  const left = new Map<string, number>();
  for (const { serving, n } of groups) left.set(serving, (left.get(serving) ?? 0) + n);
  return left;
}

/** Leaves in each table the observations for which no finer one holds; one that holds for fewer than 10 stays as it is. */
async function leaveRests(
  dataset: Dataset,
  grid: readonly number[],
  { relation, key, parents, value }: TableQuery,
  kept: Map<string, Fitted>,
  groups: readonly Group[],
): Promise<void> {
  const { engine } = dataset;
  const columns = [key, ...parents];
  const slots = [...kept.keys()];
  const numbers = new Map(slots.map((slot, index) => [slot, index]));
  const column = (of: (group: Group) => number) => Int32Array.from(groups, of);
  const table = tableOf(dataset, "served");
  await engine.query(`
    CREATE OR REPLACE TABLE ${table} (${[...columns, "number"].map((each) => `${each} INTEGER`).join(", ")})`);
  if (groups.length > 0)
    await engine.insert(
      table,
      tableFromArrays({
        [key]: column((group) => group.key),
        ...Object.fromEntries(parents.map((parent) => [parent, column(({ context }) => context.get(parent) ?? none)])),
        number: column(({ serving }) => numbers.get(serving)!),
      }),
    );
  const left = observationsLeft(groups);
  const changed = slots.filter((slot) => left.get(slot)! >= fewest && left.get(slot) !== kept.get(slot)!.table.n);
  if (changed.length > 0) {
    const same = columns.map((each) => `s.${each} = coalesce(o.${each}, ${none})`).join(" AND ");
    const rest = `(SELECT s.number AS rest, o.* FROM ${relation} o JOIN ${table} s ON ${same})`;
    const found = await quantiles(
      dataset,
      grid,
      { relation: rest, key: "rest", parents: [], value },
      [],
      changed.map((slot) => numbers.get(slot)!),
    );
    for (const { key: number, n, values } of found) Object.assign(kept.get(slots[number]!)!.table, { n, values });
  }
  await engine.query(`DROP TABLE ${table}`);
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
