import { quantile } from "../gcm/quantile.ts";
import { tableDistance } from "../gcm/tableDistance.ts";
import type { Api, Context, CountProbability, GcmNode, PfaCall, Table, Topology } from "../topology/topology.ts";
import { alignEdges } from "./alignEdges.ts";
import { callNames, nodeName } from "./callNames.ts";
import { diffLabels } from "./diffLabels.ts";
import { shown } from "./fields.ts";
import { holdsIn } from "./holdsIn.ts";
import { marginalMedian } from "./marginalMedian.ts";
import { marginalTables } from "./marginalTables.ts";

/** One difference between two topologies. */
export interface Difference {
  kind: "structure" | "probability" | "distribution" | "workload" | "generation";
  /** Id of the service, API or edge that differs; "" for the whole. */
  of: string;
  /** In words: what is there now, and what was before. */
  text: string;
  /** Id of the edge, where the difference is in how an API makes a call. */
  edge?: string;
}

/** Changes of a probability or a quantile smaller than this are the rounding of a file. */
const rounding = 1e-5;

/**
 * What differs between two topologies, in words: structure, probabilities, distributions, workload, and what is
 * generated. Things are the same things where their ids are equal, and calls where caller, callee and operation are.
 * What follows from a difference (equations, parents of nodes, means of the simple statistics) is not named again.
 */
export function diffTopologies(original: Topology, after: Topology): Difference[] {
  const before = alignEdges(original, after);
  const found: Difference[] = [];
  const tell: Tell = (kind, of, text, edge) =>
    void found.push({ kind, of, text, ...(edge === undefined ? {} : { edge }) });
  const named = (what: string, value: { name: string }) => `${what} ${value.name}`;
  pair(before.services, after.services, {
    gone: (old) => tell("structure", old.id, `${named("service", old)} is removed`),
    come: (now) => tell("structure", now.id, `${named("service", now)} is added`),
    both(old, now) {
      if (old.name !== now.name) tell("structure", now.id, `service ${old.name} is called ${now.name}`);
      tellOptions(tell, now.id, named("service", now), old.instantiation, now.instantiation);
    },
  });
  tellOptions(tell, "", "the system", before.instantiation, after.instantiation);
  const grids = [before.quantileGrid, after.quantileGrid] as const;
  const calls = [callNames(before), callNames(after)] as const;
  pair(before.apis, after.apis, {
    gone: (old) => tell("structure", old.id, `API ${old.id} is removed`),
    come: (now) => tell("structure", now.id, `API ${now.id} is added`),
    both: (old, now) => diffApi(old, now, { grids, calls }, tell),
  });
  pair(before.edges, after.edges, {
    gone: (old) => tell("structure", old.id, `the call from ${old.caller} to ${old.callee} is removed`),
    come: (now) => tell("structure", now.id, `a call from ${now.caller} to ${now.callee} is added`),
    both(old, now) {
      if (old.kind !== now.kind)
        tell("structure", now.id, `the call from ${now.caller} to ${now.callee} is ${now.kind}, not ${old.kind}`);
    },
  });
  diffWorkload(before, after, tell);
  return found;
}

type Tell = (kind: Difference["kind"], of: string, text: string, edge?: string) => void;

function pair<Item extends { id: string }>(
  before: readonly Item[],
  after: readonly Item[],
  { gone, come, both }: { gone(old: Item): void; come(now: Item): void; both(old: Item, now: Item): void },
): void {
  const now = new Map(after.map((item) => [item.id, item]));
  const old = new Set(before.map(({ id }) => id));
  for (const item of before) {
    const same = now.get(item.id);
    if (same) both(item, same);
    else gone(item);
  }
  for (const item of after) if (!old.has(item.id)) come(item);
}

/** What both topologies have of what is compared: quantile levels, and names of calls. */
interface Sides {
  grids: readonly [number[], number[]];
  calls: readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>];
}

function diffApi(old: Api, now: Api, { grids, calls: [callsThen, callsNow] }: Sides, tell: Tell): void {
  const { id } = now;
  if (old.name !== now.name) tell("structure", id, `API ${id} is named ${now.name}, not ${old.name}`);
  if (old.service !== now.service) tell("structure", id, `API ${id} is in service ${now.service}, not ${old.service}`);
  tellOptions(tell, id, id, { work: old.work, filler: old.filler }, { work: now.work, filler: now.filler });
  pair(old.pfa.states, now.pfa.states, {
    gone: (state) => tell("structure", id, `${id}: state ${state.id} is removed`),
    come: (state) => tell("structure", id, `${id}: state ${state.id} is added`),
    both(then, state) {
      if (differs(then.repeat, state.repeat)) {
        tell("probability", id, `${id}: state ${state.id} repeats ${counts(state.repeat)}, not ${counts(then.repeat)}`);
      }
      const calls = (list: PfaCall[]) => list.map((call) => ({ id: call.edge, call }));
      pair(calls(then.calls), calls(state.calls), {
        gone: (each) =>
          tell("structure", id, `${id}: state ${state.id} calls ${callsThen.get(each.id)} no more`, each.id),
        come: (each) => tell("structure", id, `${id}: state ${state.id} also calls ${callsNow.get(each.id)}`, each.id),
        both: (was, is) =>
          diffCall(was.call, is.call, `${id}: state ${state.id}, call ${callsNow.get(is.id)}`, id, tell),
      });
    },
  });
  diffTransitions(old, now, tell);
  const owned = (nodes: GcmNode[]) => nodes.filter(({ tables }) => tables?.length);
  const edgesNow = new Set(now.pfa.states.flatMap(({ calls }) => calls.map(({ edge }) => edge)));
  pair(owned(old.gcm.nodes), owned(now.gcm.nodes), {
    gone: (node) => {
      if (node.edge === undefined || edgesNow.has(node.edge))
        tell("distribution", id, `${id}: ${nodeName(node, callsThen)} is removed`);
    },
    come: (node) =>
      tell(
        "distribution",
        id,
        `${id}: ${nodeName(node, callsNow)} is added, median ${median(grids[1], node)}`,
        node.edge,
      ),
    both(was, is) {
      const change = tablesChange(was, is, grids);
      if (change) tell("distribution", id, `${id}: ${nodeName(is, callsNow)} ${change}`, is.edge);
    },
  });
}

function diffCall(was: PfaCall, is: PfaCall, place: string, id: string, tell: Tell): void {
  if (Math.abs(was.probability - is.probability) > rounding) {
    tell("probability", id, `${place}: probability ${short(is.probability)}, not ${short(was.probability)}`, is.edge);
  }
  if (was.asynchronous !== is.asynchronous) {
    tell("structure", id, `${place}: the caller ${is.asynchronous ? "no longer waits" : "waits now"}`, is.edge);
  }
  if (differs(was.count, is.count))
    tell("probability", id, `${place}: ${counts(is.count)} at once, not ${counts(was.count)}`, is.edge);
  if (was.timeout !== is.timeout)
    tell("structure", id, `${place}: timeout ${limit(is.timeout)}, not ${limit(was.timeout)}`, is.edge);
  if (was.attempts !== is.attempts)
    tell("structure", id, `${place}: ${is.attempts ?? 1} attempts, not ${was.attempts ?? 1}`, is.edge);
}

function diffTransitions(old: Api, now: Api, tell: Tell): void {
  const rows = ({ pfa }: Api) =>
    pfa.transitions.flatMap(({ from, given, to }) =>
      to.map(({ state, probability }) => ({
        id: JSON.stringify([from, given, state]),
        from,
        given,
        state,
        probability,
      })),
    );
  const place = ({ from, given, state }: ReturnType<typeof rows>[number]) =>
    `${now.id}: ${from} to ${state}${Object.keys(given).length > 0 ? ` given ${shown(given)}` : ""}`;
  const states = (api: Api) => new Set(api.pfa.states.map((state) => state.id));
  const [statesThen, statesNow] = [states(old), states(now)];
  pair(rows(old), rows(now), {
    gone(row) {
      if (!statesNow.has(row.from) || !statesNow.has(row.state)) return;
      if (row.probability > 0) tell("probability", now.id, `${place(row)}: never, not ${short(row.probability)}`);
    },
    come(row) {
      if (!statesThen.has(row.from) || !statesThen.has(row.state)) return;
      if (row.probability > 0) tell("probability", now.id, `${place(row)}: ${short(row.probability)}, not never`);
    },
    both(was, is) {
      if (Math.abs(was.probability - is.probability) <= rounding) return;
      tell("probability", now.id, `${place(is)}: ${short(is.probability)}, not ${short(was.probability)}`);
    },
  });
}

function diffWorkload(before: Topology, after: Topology, tell: Tell): void {
  const [old, now] = [before.workload, after.workload];
  if (Math.abs(old.rate - now.rate) > rounding * old.rate) {
    tell("workload", "", `${short(now.rate)} entry calls a second, not ${short(old.rate)}`);
  }
  for (const text of diffLabels(before, after)) tell("workload", "", text);
  const entries = (mix: typeof now.mix) => mix.map((entry) => ({ id: entry.api, probability: entry.probability }));
  pair(entries(old.mix), entries(now.mix), {
    gone: ({ id }) => tell("workload", id, `${id} is no entry API any more`),
    come: ({ id, probability }) =>
      tell("workload", id, `${id} is an entry API for ${percent(probability)} of the calls`),
    both(was, is) {
      if (Math.abs(was.probability - is.probability) <= rounding) return;
      tell(
        "workload",
        is.id,
        `${percent(is.probability)} of entry calls go to ${is.id}, not ${percent(was.probability)}`,
      );
    },
  });
}

/**
 * How the tables of a node changed, or nothing: one factor for all, or what changed over all contexts. A context that one
 * side alone has a table for is compared with the table that serves it on the other.
 */
function tablesChange(was: GcmNode, is: GcmNode, [before, after]: readonly [number[], number[]]): string {
  const [then, now] = [was.tables!, is.tables!];
  const key = ({ given }: Table) => JSON.stringify(Object.entries(given).sort());
  const givens = [...new Map([...now, ...then].map((table) => [key(table), table.given])).values()];
  const pairs = givens.flatMap((given) => {
    const [a, b] = [servingTable(then, given), servingTable(now, given)];
    return a && b ? [[a, b] as const] : [];
  });
  const contexts =
    now.length === then.length
      ? ""
      : `, in ${now.length} context${now.length === 1 ? "" : "s"} instead of ${then.length}`;
  const changed = pairs.filter(([a, b]) => !equal(a.values, b.values));
  if (changed.length === 0) return now.length === then.length ? "" : `stands${contexts}`;
  const ratios = changed.map(([a, b]) => ratio(a.values, b.values));
  const where = changed.length === pairs.length ? "" : ` in ${changed.length} of ${pairs.length} contexts`;
  if (ratios.every((each) => each !== undefined && Math.abs(each - ratios[0]!) <= rounding * Math.abs(each))) {
    return `is multiplied by ${short(ratios[0]!)}${where}${contexts}`;
  }
  // Over all contexts, as a single table is of what others leave; where one side only has more, over those that it has.
  const more = now.length !== then.length && (holdsAll(now, then) || holdsAll(then, now));
  const [a, b] = ([0, 1] as const).map((side) => {
    const tables = more
      ? changed.map((each, index) => ({ ...each[side], given: contextOf(index) }))
      : [then, now][side]!;
    return marginalTables(side === 0 ? before : after, tables, () => false)[0]!;
  }) as [Table, Table];
  const distance = before.length === after.length ? `, KS ${short(tableDistance(after, a, b))}` : "";
  const [old, current] = [short(quantile(before, a, 0.5)), short(quantile(after, b, 0.5))];
  const unit = unitOf(is);
  const median =
    old === current ? `keeps its median of ${old} ${unit}` : `has a median of ${current} ${unit}, not ${old}`;
  return `${median}${distance}${where}${contexts}`;
}

/** Whether each of some tables is among others as it is. */
function holdsAll(others: readonly Table[], tables: readonly Table[]): boolean {
  return tables.every(({ given, values }) => {
    const [table] = others.filter((each) => JSON.stringify(each.given) === JSON.stringify(given));
    return table !== undefined && equal(table.values, values);
  });
}

/** Contexts of which the first is any. */
function contextOf(index: number): Context {
  return index === 0 ? {} : { context: String(index) };
}

/** The table that holds in a context: its own, else the first whose parents it has. */
function servingTable(tables: readonly Table[], context: Context): Table | undefined {
  return tables.find((table) => holdsIn(table, context));
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => Math.abs(value - b[index]!) <= rounding * value);
}

/** The factor between two lists of values, where it is the same for all. */
function ratio(a: readonly number[], b: readonly number[]): number | undefined {
  if (a.length !== b.length) return undefined;
  const largest = b.at(-1)! / a.at(-1)!;
  const same =
    Number.isFinite(largest) && a.every((value, i) => Math.abs(b[i]! - value * largest) <= 1e-4 * b[i]! + 1e-9);
  return same ? largest : undefined;
}

function median(grid: readonly number[], node: GcmNode): string {
  return `${short(marginalMedian(grid, node.tables!))} ${unitOf(node)}`;
}

function unitOf({ unit }: GcmNode): string {
  return unit === "us" ? "µs" : unit;
}

function differs(a: readonly CountProbability[] | undefined, b: readonly CountProbability[] | undefined): boolean {
  return counts(a) !== counts(b);
}

function counts(list: readonly CountProbability[] | undefined): string {
  if (list === undefined || (list.length === 1 && list[0]!.count === 1)) return "once";
  if (list.length === 1) return `${list[0]!.count} times`;
  return list
    .map(({ count, probability }) => `${count === 1 ? "once" : `${count} times`} at ${short(probability)}`)
    .join(", ");
}

function limit(timeout: number | undefined): string {
  return timeout === undefined ? "none" : `${short(timeout)} µs`;
}

function tellOptions(tell: Tell, of: string, what: string, old: object = {}, now: object = {}): void {
  const [before, after] = [new Map(Object.entries(old)), new Map(Object.entries(now))];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name), after.get(name)];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    tell(
      "generation",
      of,
      `${what}: ${name} is ${is === undefined ? "not set" : shown(is)}${was === undefined ? "" : `, not ${shown(was)}`}`,
    );
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function percent(share: number): string {
  return `${short(100 * share)} %`;
}
