import { registers } from "../../simulate/compile.ts";
import type { CallTable, SelectorTable, VariantTable } from "./causalTables.ts";

/** Ids of the APIs whose equations read a cause; the nearest first. */
export type Readers = ReadonlySet<string>;

/** What of a caller's causes its callee's equations need, or those of what it calls in turn. */
export interface CarriedCauses {
  /** Readers of the caller's path and of the class of its rank: the callee, or none. */
  path: Readers;
  rank: Readers;
  /** Readers of labels and of trace factors, by their numbers from 0. */
  labels: ReadonlyMap<number, Readers>;
  factors: ReadonlyMap<number, Readers>;
  /** Whether calls can come back to an API below, so that somebody must count levels. */
  depth: boolean;
}

/** A call that carries no causes. */
export const noCauses: CarriedCauses = {
  ...{ path: new Set<string>(), rank: new Set<string>(), depth: false },
  ...{ labels: new Map<number, Readers>(), factors: new Map<number, Readers>() },
};

/** Causes that a variant needs of its caller: registers that were not drawn by itself, and trace factors. */
interface Needs {
  registers: Map<number, Set<string>>;
  factors: Map<number, Set<string>>;
}

/**
 * Sets `carries` of every call: exactly what some equation below it reads. A label that a callee draws by itself, and a
 * path or rank, go no further than who reads them.
 */
export function carryCauses(apis: ReadonlyMap<string, VariantTable[]>): void {
  const calleeOf = ({ edge, variant }: CallTable) => apis.get(edge.callee)![variant]!;
  const order = calleesFirst(apis, calleeOf);
  const needs = new Map<VariantTable, Needs>();
  const recursive = reachingCycles([...order.keys()], (variant) => callsOf(variant).map(calleeOf));
  // Where calls come back, a callee's needs are not all known at first.
  let [before, size] = [0, 0];
  do {
    [before, size] = [size, 0];
    for (const [variant, api] of order) {
      const callees = new Set(callsOf(variant).map(calleeOf));
      const below = [...callees].flatMap((callee) => needs.get(callee) ?? []);
      const found = needsOf(variant, api, below);
      needs.set(variant, found);
      for (const readers of [...found.registers.values(), ...found.factors.values()]) size += readers.size;
    }
  } while (recursive.size > 0 && size !== before);
  const labels = ({ registers: read }: Needs) =>
    [...read].filter(([register]) => register >= registers.labels).sort(([a], [b]) => a - b);
  const carried = new Map<VariantTable, CarriedCauses>();
  for (const [callee, read] of needs)
    carried.set(callee, {
      path: read.registers.get(registers.callerPath) ?? noCauses.path,
      rank: read.registers.get(registers.callerRankClass) ?? noCauses.rank,
      labels: new Map(labels(read).map(([register, readers]) => [register - registers.labels, readers])),
      factors: new Map([...read.factors].sort(([a], [b]) => a - b)),
      depth: recursive.has(callee),
    });
  for (const variant of order.keys()) for (const call of callsOf(variant)) call.carries = carried.get(calleeOf(call))!;
}

function callsOf({ states }: VariantTable): CallTable[] {
  return states.flatMap(({ calls }) => calls);
}

/** All variants with the ids of their APIs, callees before callers wherever calls do not come back. */
function calleesFirst(apis: ReadonlyMap<string, VariantTable[]>, calleeOf: (call: CallTable) => VariantTable) {
  const apiOf = new Map([...apis].flatMap(([id, variants]) => variants.map((variant) => [variant, id] as const)));
  const seen = new Set<VariantTable>();
  const order = new Map<VariantTable, string>();
  for (const root of apiOf.keys()) {
    const open = [{ variant: root, left: seen.has(root) ? [] : callsOf(root) }];
    seen.add(root);
    while (open.length > 0) {
      const { variant, left } = open.at(-1)!;
      const call = left.pop();
      if (call === undefined) {
        order.set(variant, apiOf.get(variant)!);
        open.pop();
        continue;
      }
      const callee = calleeOf(call);
      if (seen.has(callee)) continue;
      seen.add(callee);
      open.push({ variant: callee, left: callsOf(callee) });
    }
  }
  return order;
}

function needsOf(variant: VariantTable, api: string, below: readonly Needs[]): Needs {
  const needs: Needs = { registers: new Map(), factors: new Map() };
  const read = (selector: SelectorTable | undefined) => {
    for (const [register] of selector?.terms ?? []) add(needs.registers, register, [api]);
  };
  const load = (loading: readonly number[] | undefined) => {
    // The last is the weight of chance.
    for (const [factor, weight] of (loading ?? []).slice(0, -1).entries())
      if (weight !== 0) add(needs.factors, factor, [api]);
  };
  read(variant.ownTime);
  read(variant.rank);
  read(variant.regimeRank);
  load(variant.loading);
  for (const { next, calls } of variant.states) {
    read(next);
    for (const { network, loading, regimeRank, request, response } of calls) {
      for (const selector of [network, regimeRank, request, response]) read(selector);
      load(loading);
    }
  }
  for (const callee of below) {
    for (const [register, readers] of callee.registers)
      if (register >= registers.labels) add(needs.registers, register, readers);
    for (const [factor, readers] of callee.factors) add(needs.factors, factor, readers);
  }
  // Draws are made in turn, before all else that is drawn.
  for (const [register, value] of variant.draws.toReversed()) {
    needs.registers.delete(register);
    read(value);
  }
  return needs;
}

function add(to: Map<number, Set<string>>, cause: number, readers: Iterable<string>): void {
  const known = to.get(cause) ?? new Set();
  to.set(cause, known);
  for (const reader of readers) known.add(reader);
}

/** Nodes from which a cycle can be reached: taken away one after another, those whose successors all end leave these. */
function reachingCycles<Node>(nodes: readonly Node[], successors: (node: Node) => Node[]): Set<Node> {
  const before = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
  const open = new Map<Node, number>();
  for (const node of nodes) {
    const next = new Set(successors(node));
    open.set(node, next.size);
    for (const each of next) before.get(each)!.push(node);
  }
  const ending = nodes.filter((node) => open.get(node) === 0);
  for (const node of ending) {
    for (const each of before.get(node)!) {
      open.set(each, open.get(each)! - 1);
      if (open.get(each) === 0) ending.push(each);
    }
  }
  const ended = new Set(ending);
  return new Set(nodes.filter((node) => !ended.has(node)));
}
