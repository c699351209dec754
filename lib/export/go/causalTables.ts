import { binCount, binEdges, classBounds } from "../../gcm/rankClasses.ts";
import { type CompiledTopology, compile } from "../../simulate/compile.ts";
import { type Edge, entryCaller, type Topology } from "../../topology/topology.ts";
import { type CarriedCauses, carryCauses, noCauses } from "./carriedCauses.ts";
import { mergeVariants } from "./mergeVariants.ts";
import { payloadSelectors } from "./payloadSelectors.ts";

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
  /** Selects the density of the network's rank under the trace's regime. */
  regimeRank?: SelectorTable;
  request?: SelectorTable;
  response?: SelectorTable;
  /** What its baggage carries, and for whom. */
  carries: CarriedCauses;
}

export interface StateTable {
  next?: SelectorTable;
  repeat?: number;
  gap: number;
  path: number;
  calls: CallTable[];
}

export interface VariantTable {
  /** Ids of the calling APIs, or `(entry)`. */
  callers: string[];
  ownTime: SelectorTable;
  loading?: number[];
  /** Selects the density of the own time's rank; row −1 is the uniform one. */
  rank?: SelectorTable;
  /** Selects the density under the trace's regime, which bends what that of `rank` gives. */
  regimeRank?: SelectorTable;
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
  /** Labels (kind of trace, regime, load, dimensions): how many values each has, numbered from 1. */
  labels: { id: string; values: number }[];
  tables: TableValues[];
  /** Probabilities of the bins of each density of ranks, and where bins and classes of ranks end. */
  densities: number[][];
  bins: number[];
  classes: number[];
  choices: { values: number[]; probabilities: number[] }[];
}

/**
 * The compiled tables of a topology by API, with payloads, and with what each call's baggage must carry (`carryCauses`).
 * Trace factors follow from the trace's id, which always travels. Throws as `compile` does.
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
  const payloads = payloadSelectors(topology, compiled.labels);
  const choices = choicesOf(compiled);
  // Each variant has draws of its own: equal ones are one, so that variants can be compared.
  const drawn = new Map<string, number>();
  const firstEqual = (choice: number) => {
    const text = JSON.stringify(choices[choice]);
    if (!drawn.has(text)) drawn.set(text, choice);
    return drawn.get(text)!;
  };
  const all = new Map<string, VariantTable[]>();
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
            ...(call.regimeRank[at]! < 0 ? {} : { regimeRank: selector(call.regimeRank[at]!) }),
            ...payload,
            carries: noCauses,
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
        callers: [caller],
        ownTime: selector(variant.ownTime[index]!),
        loading: loadingOf(variant.loading[index]!),
        ...(variant.rank[index]! < 0 ? {} : { rank: selector(variant.rank[index]!) }),
        ...(variant.regimeRank[index]! < 0 ? {} : { regimeRank: selector(variant.regimeRank[index]!) }),
        draws: Array.from(
          compiled.draw.register.subarray(variant.draw[index]!, variant.draw[index + 1]!),
          (register, at): [number, SelectorTable] => {
            const { terms, rows } = selector(compiled.draw.value[variant.draw[index]! + at]!);
            return [register, { terms, rows: rows.map(firstEqual) }];
          },
        ),
        grain: variant.grain[index]! * compiled.tick,
        states,
      };
    });
    all.set(api.id, variants);
  }
  const apis = mergeVariants(all);
  carryCauses(apis);
  const { weight } = compiled.densities;
  const densities = Array.from({ length: weight.length / binCount }, (_, row) =>
    Array.from(weight.subarray(row * binCount, (row + 1) * binCount)),
  );
  const factors = compiled.loadings.factors;
  const [bins, classes] = [Array.from(binEdges), Array.from(classBounds)];
  const labels = compiled.labels.map(({ id, digits }) => ({ id, values: digits.size }));
  return { apis, factors, labels, tables, densities, bins, classes, choices };
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
