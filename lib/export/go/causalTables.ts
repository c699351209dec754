import { binCount, binEdges, classBounds } from "../../gcm/rankClasses.ts";
import { fullValues } from "../../gcm/thinTable.ts";
import { type CompiledTopology, compile, registers } from "../../simulate/compile.ts";
import type { Label } from "../../simulate/labels.ts";
import { pathDigits } from "../../simulate/pathDigits.ts";
import { type Parent, SelectorsBuilder } from "../../simulate/selectors.ts";
import { type Edge, entryCaller, type GcmNode, type Table, type Topology } from "../../topology/topology.ts";

/** The ascending values of a quantile table. */
export type TableValues = Float64Array | readonly number[];

/** A row by registers, as the runtime reads it. */
export interface SelectorTable {
  terms: [number, number][];
  rows: number[];
}

export interface CallTable {
  edge: Edge;
  /** Number of the callee's variant for this caller, among that API's own. */
  variant: number;
  probability: number;
  count?: number;
  asynchronous: boolean;
  /** µs; absent for none. */
  timeout?: number;
  attempts: number;
  lambda: number;
  network?: SelectorTable;
  loading?: number[];
  request?: SelectorTable;
  response?: SelectorTable;
  carryPath: boolean;
  carryRank: boolean;
  carryDepth: boolean;
}

export interface StateTable {
  next?: SelectorTable;
  repeat?: number;
  gap: number;
  path: number;
  calls: CallTable[];
}

export interface VariantTable {
  /** Id of the calling API, or `(entry)`. */
  caller: string;
  ownTime: SelectorTable;
  loading?: number[];
  /** Selects the density of the own time's rank; row −1 is the uniform one. */
  rank?: SelectorTable;
  /** Draws of labels: the register, and what selects the choice of its value. */
  draws: [number, SelectorTable][];
  /** µs. */
  grain: number;
  states: StateTable[];
}

/** What the generated system draws from: the simulator's compiled tables, taken apart by API. */
export interface CausalTables {
  /** Variants of each API that is reached, by the API's id. */
  apis: Map<string, VariantTable[]>;
  factors: number;
  /** Labels (kind of trace, load, dimensions): how many values each has. The value, from 1, travels in all baggage. */
  labels: { id: string; values: number }[];
  tables: TableValues[];
  /** Probabilities of the bins of each density of ranks, and where bins and classes of ranks end. */
  densities: number[][];
  bins: number[];
  classes: number[];
  choices: { values: number[]; probabilities: number[] }[];
}

/**
 * The compiled tables of a topology by API, with payloads, and with what each edge's baggage must carry: the caller's
 * path where the callee's own tables read it, the depth where calls can come back to an API. Trace factors follow from
 * the trace's id, which always travels. Throws as `compile` does.
 */
export function causalTables(topology: Topology): CausalTables {
  const compiled = compile(topology);
  const { variant, state, call, selectors } = compiled;
  const count = variant.api.length;
  const callers = callersOf(compiled);
  const numbers = new Map<number, number>();
  const byApi = topology.apis.map((_, api) => {
    const own = Array.from({ length: count }, (_, index) => index).filter((index) => variant.api[index] === api);
    // The entry's variant comes first, so that baggage without a caller finds it.
    own.sort((a, b) => Number(callers[b] === -1) - Number(callers[a] === -1) || a - b);
    for (const [number, index] of own.entries()) numbers.set(index, number);
    return own;
  });
  const tables = Array.from(
    compiled.tables.from,
    (from, index): TableValues => compiled.tables.value.subarray(from, from + compiled.tables.size[index]!),
  );
  const selector = (index: number): SelectorTable => {
    const terms: [number, number][] = [];

    for (let term = selectors.termFrom[index]!; term < selectors.termFrom[index + 1]!; term++)
      terms.push([selectors.termRegister[term]!, selectors.termStride[term]!]);
    const size = (selectors.base[index + 1] ?? selectors.row.length) - selectors.base[index]!;
    return { terms, rows: Array.from(selectors.row.subarray(selectors.base[index]!, selectors.base[index]! + size)) };
  };
  const loadingOf = (row: number) => {
    const width = compiled.loadings.factors + 1;
    return row < 0 ? undefined : Array.from(compiled.loadings.weight.subarray(row * width, (row + 1) * width));
  };
  const recursive = recursiveVariants(compiled);
  const registersRead = Array.from({ length: count }, (_, index) => {
    const to = index + 1 < count ? variant.state[index + 1]! : state.next.length;
    const used = [variant.ownTime[index]!, variant.rank[index]!, ...state.next.slice(variant.state[index]!, to)];
    for (let each = state.call[variant.state[index]!]!; each < state.call[to]!; each++) used.push(call.network[each]!);
    const read = new Set<number>();
    for (const each of used) {
      if (each < 0) continue;
      for (let term = selectors.termFrom[each]!; term < selectors.termFrom[each + 1]!; term++)
        read.add(selectors.termRegister[term]!);
    }
    return read;
  });
  const reads = (index: number, register: number) => registersRead[index]!.has(register);
  const payloads = payloadSelectors(topology, compiled.labels);
  const apis = new Map<string, VariantTable[]>();
  for (const [apiNumber, api] of topology.apis.entries()) {
    if (byApi[apiNumber]!.length === 0) continue;
    const variants = byApi[apiNumber]!.map((index): VariantTable => {
      const first = variant.state[index]!;
      const last = index + 1 < count ? variant.state[index + 1]! : state.next.length;
      const caller = callers[index]! < 0 ? entryCaller : topology.apis[callers[index]!]!.id;
      const states: StateTable[] = [];
      for (let each = first; each < last; each++) {
        const calls: CallTable[] = [];
        for (let at = state.call[each]!; at < state.call[each + 1]!; at++) {
          const edge = topology.edges[call.edge[at]!]!;
          const network = call.network[at]!;
          const payload = payloads(api.id, caller, edge.id, tables);
          calls.push({
            edge,
            variant: numbers.get(call.variant[at]!)!,
            probability: call.probability[at]!,
            ...(call.count[at]! < 0 ? {} : { count: call.count[at]! }),
            asynchronous: call.asynchronous[at] === 1,
            ...(Number.isFinite(call.timeout[at]!) ? { timeout: call.timeout[at]! * compiled.tick } : {}),
            attempts: call.attempts[at]!,
            lambda: call.lambda[at]!,
            ...(network < 0 ? {} : { network: selector(network), loading: loadingOf(call.loading[at]!) }),
            ...payload,
            carryPath: reads(call.variant[at]!, registers.callerPath),
            carryRank: reads(call.variant[at]!, registers.callerRankClass),
            carryDepth: recursive.has(call.variant[at]!),
          });
        }
        const next = state.next[each]!;
        const repeat = state.repeat[each]!;
        states.push({
          ...(next < 0 ? {} : { next: selector(next) }),
          ...(repeat < 0 ? {} : { repeat }),
          gap: state.gap[each]!,
          path: state.path[each]!,
          calls,
        });
      }
      return {
        caller,
        ownTime: selector(variant.ownTime[index]!),
        loading: loadingOf(variant.loading[index]!),
        ...(variant.rank[index]! < 0 ? {} : { rank: selector(variant.rank[index]!) }),
        draws: Array.from(
          compiled.draw.register.subarray(variant.draw[index]!, variant.draw[index + 1]!),
          (register, at): [number, SelectorTable] => [
            register,
            selector(compiled.draw.value[variant.draw[index]! + at]!),
          ],
        ),
        grain: variant.grain[index]! * compiled.tick,
        states,
      };
    });
    apis.set(api.id, variants);
  }
  const { weight } = compiled.densities;
  const densities = Array.from({ length: weight.length / binCount }, (_, row) =>
    Array.from(weight.subarray(row * binCount, (row + 1) * binCount)),
  );
  const factors = compiled.loadings.factors;
  const [bins, classes] = [Array.from(binEdges), Array.from(classBounds)];
  const labels = compiled.labels.map(({ id, digits }) => ({ id, values: digits.size }));
  return { apis, factors, labels, tables, densities, bins, classes, choices: choicesOf(compiled) };
}

/** The index of each variant's calling API; -1 for an entry's. */
function callersOf({ variant, state, call }: CompiledTopology): number[] {
  const callers: number[] = new Array(variant.api.length).fill(-1);
  for (let index = 0; index < callers.length; index++) {
    const last = index + 1 < callers.length ? variant.state[index + 1]! : state.next.length;
    for (let at = state.call[variant.state[index]!]!; at < state.call[last]!; at++)
      callers[call.variant[at]!] = variant.api[index]!;
  }
  return callers;
}

/** Variants from which a cycle of calls can be reached: there the depth must be known. */
function recursiveVariants({ variant, state, call }: CompiledTopology): Set<number> {
  const count = variant.api.length;
  const callees = Array.from({ length: count }, (_, index) => {
    const last = index + 1 < count ? variant.state[index + 1]! : state.next.length;
    return [...new Set(call.variant.slice(state.call[variant.state[index]!]!, state.call[last]!))];
  });
  // Variants whose callees all end: taken away one after another, what stays reaches a cycle.
  const open = callees.map((each) => each.length);
  const callersOfVariant: number[][] = Array.from({ length: count }, () => []);
  for (const [index, each] of callees.entries()) for (const callee of each) callersOfVariant[callee]!.push(index);
  const ending = open.flatMap((left, index) => (left === 0 ? [index] : []));
  for (const index of ending) {
    for (const caller of callersOfVariant[index]!) {
      open[caller] = open[caller]! - 1;
      if (open[caller] === 0) ending.push(caller);
    }
  }
  const ended = new Set(ending);
  return new Set(callees.flatMap((_, index) => (ended.has(index) ? [] : [index])));
}

/** Alias tables back to probabilities. */
function choicesOf({ choices }: CompiledTopology): CausalTables["choices"] {
  return Array.from(choices.from, (from, index) => {
    const size = choices.size[index]!;
    const probability = new Map<number, number>();
    const add = (value: number, share: number) => probability.set(value, (probability.get(value) ?? 0) + share / size);
    for (let at = from; at < from + size; at++) {
      add(choices.value[at]!, choices.share[at]!);
      if (choices.share[at]! < 1) add(choices.alias[at]!, 1 - choices.share[at]!);
    }
    const entries = [...probability].sort(([a], [b]) => a - b);
    return { values: entries.map(([value]) => value), probabilities: entries.map(([, share]) => share) };
  });
}

/** Selectors of request and response sizes, whose tables are appended to those given. */
function payloadSelectors(topology: Topology, labels: readonly Label[]) {
  const indexes = new Map<Table, number>();
  const carried: Record<string, Parent> = Object.fromEntries(
    labels.map(({ id, digits }, index) => [id, { register: registers.labels + index, digits, size: digits.size + 1 }]),
  );
  const payloads = new Map<string, { digits: Map<string, number>; nodes: GcmNode[] }>();
  for (const api of topology.apis) {
    const nodes = api.gcm.nodes.filter(({ kind, tables }) => kind === "payload" && tables?.length);
    if (nodes.length > 0) payloads.set(api.id, { digits: pathDigits(api), nodes });
  }
  return (api: string, caller: string, edge: string, tables: TableValues[]) => {
    const { digits, nodes } = payloads.get(api) ?? { digits: new Map<string, number>(), nodes: [] };
    const found: { request?: SelectorTable; response?: SelectorTable } = {};
    for (const node of nodes) {
      if (node.edge !== edge) continue;
      const builder = new SelectorsBuilder();
      const rows = node.tables!.flatMap((table) => {
        const { given } = table;
        // Rows under other contexts give way to coarser ones.
        if (Object.keys(given).some((key) => key !== "caller" && key !== "path" && !(key in carried))) return [];
        let index = indexes.get(table);
        if (index === undefined) {
          index = tables.push(fullValues(topology.quantileGrid, table)) - 1;
          indexes.set(table, index);
        }
        return [{ given, index }];
      });
      builder.add(
        rows,
        { caller: { fixed: caller }, path: { register: registers.path, digits, size: digits.size }, ...carried },
        node.id,
      );
      const { termRegister, termStride, row } = builder.build();
      const selector: SelectorTable = {
        terms: Array.from(termRegister, (register, at) => [register, termStride[at]!]),
        rows: Array.from(row),
      };
      if (node.id.startsWith("response")) found.response = selector;
      else found.request = selector;
    }
    return found;
  };
}
