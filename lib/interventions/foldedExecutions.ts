import { compile } from "../simulate/compile.ts";
import type { Executions } from "../simulate/executions.ts";
import { simulate } from "../simulate/simulate.ts";
import { type Context, entryCaller, type Topology } from "../topology/topology.ts";
import type { FoldOptions } from "./foldCalls.ts";

/** An execution that stays, with what its API no longer calls as part of its own time. */
export interface FoldedExecution {
  api: string;
  given: Context;
  /** µs */
  own: number;
  /** Rank of its own time, before its regime bends it; where calls were folded into that, `rank` is the old one until it is replaced. */
  rank: number;
  /** Executions of entry APIs count by the workload's mix. */
  weight: number;
  /** The trace's factors. */
  factors: Float64Array;
  caller: FoldedExecution | undefined;
}

/** What stays of a topology, and what is folded into what. */
interface Folding {
  /** Ids of the APIs that are kept. */
  kept: ReadonlySet<string>;
  /** Ids of the APIs that calls are folded into. */
  folding: ReadonlySet<string>;
  /** By the id of an edge that is folded: the name of what stands for the calls of a stage that are. */
  standing: ReadonlyMap<string, string>;
}

/**
 * Simulates a topology, as many traces for each entry API, and leaves out every call to APIs that are not kept.
 * @returns the executions that stay of APIs that calls are folded into, and of APIs with densities of ranks; and, under
 * the name of what stands for them, the longest of the folded calls of each stage that has such
 */
export function foldedExecutions(
  topology: Topology,
  { kept, folding, standing }: Folding,
  { traces, seed }: FoldOptions,
): FoldedExecution[] {
  const found: FoldedExecution[] = [];
  const chainIds = new Map(
    (topology.chains ?? []).map(({ id, caller, chain }) => [JSON.stringify([caller, chain ?? null]), id]),
  );
  const ranked = topology.apis.filter(({ gcm }) => gcm.nodes.some((node) => node.kind === "own_time" && node.ranks));
  const told = new Set([...folding, ...ranked.map(({ id }) => id)]);
  // The caller's rank is known where the caller is told as well.
  for (const { caller, callee } of topology.edges) if (ranked.some(({ id }) => id === callee)) told.add(caller);
  for (const [index, entry] of topology.workload.mix.entries()) {
    const alone = { ...topology, workload: { ...topology.workload, mix: [{ ...entry, probability: 1 }] } };
    const compiled = compile(alone);
    const paths: number[] = [];
    const ranks: number[] = [];
    const factors: Float64Array[] = [];
    const labels: Context[] = [];
    const labelValues = compiled.labels.map(({ id, digits }) => ({ id, values: [null, ...digits.keys()] }));
    const executions = simulate(compiled, {
      traces,
      seed: seed + index,
      observe(_, trace, path, rank, drawn, numbers) {
        paths.push(path);
        ranks.push(rank);
        factors[trace] ??= Float64Array.from(drawn);
        const given: Context = {};
        for (const [index, { id, values }] of labelValues.entries()) {
          const value = values[numbers[index]!]!;
          if (value !== null) given[id] = value;
        }
        labels.push(given);
      },
    });
    const { length, parent, api, trace } = executions;
    const stays = new Uint8Array(length);
    for (let row = 0; row < length; row++) {
      const caller = parent[row]!;
      stays[row] = caller < 0 || (stays[caller] === 1 && kept.has(compiled.apis[api[row]!]!)) ? 1 : 0;
    }
    const { own, stood } = ownTimes(topology, executions, stays, standing);
    const chains: (string | undefined)[] = [];
    const byRow = new Map<number, FoldedExecution>();
    for (let row = 0; row < length; row++) {
      if (stays[row] === 0) continue;
      const caller = parent[row]!;
      const above = caller < 0 ? undefined : chains[caller];
      if (caller >= 0 && (parent[caller]! < 0 || above !== undefined)) {
        chains[row] = chainIds.get(JSON.stringify([compiled.apis[api[caller]!], above ?? null]));
      }
      const id = compiled.apis[api[row]!]!;
      if (!told.has(id)) continue;
      const given: Context = {
        ...labels[row],
        path: compiled.paths[api[row]!]![paths[row]!]!,
        caller: caller < 0 ? entryCaller : compiled.apis[api[caller]!]!,
      };
      if (chains[row] !== undefined) given.chain = chains[row]!;
      const execution = {
        api: id,
        given,
        own: own[row]!,
        rank: ranks[row]!,
        weight: entry.probability / traces,
        factors: factors[trace[row]!]!,
        caller: byRow.get(caller),
      };
      byRow.set(row, execution);
      found.push(execution);
    }
    for (const { caller, name, waited } of stood) {
      const { weight, factors } = byRow.get(caller)!;
      const given: Context = { ...labels[caller], caller: compiled.apis[api[caller]!]! };
      const chain = chainIds.get(JSON.stringify([given.caller, chains[caller] ?? null]));
      if (chain !== undefined && (parent[caller]! < 0 || chains[caller] !== undefined)) given.chain = chain;
      found.push({ api: name, given, own: waited, rank: 0, weight, factors, caller: byRow.get(caller) });
    }
  }
  return found;
}

/** The longest of the folded calls that a stage made at once, where something stands for them. */
interface StoodFor {
  /** Row of the caller. */
  caller: number;
  name: string;
  /** λ·waited, µs. */
  waited: number;
}

/**
 * Durations less the longest λ·waited, in each stage, of the synchronous calls that stay or that something stands for, µs;
 * and the longest of the latter.
 */
function ownTimes(
  topology: Topology,
  executions: Executions,
  stays: Uint8Array,
  standing: ReadonlyMap<string, string>,
): { own: Float64Array; stood: StoodFor[] } {
  const { length, parent, edge, stage, asynchronous, waited, duration } = executions;
  const lambdas = new Map(topology.apis.flatMap(({ gcm }) => gcm.lambda.map(({ edge: id, value }) => [id, value])));
  const lambda = topology.edges.map(({ id }) => lambdas.get(id) ?? 1);
  const names = topology.edges.map(({ id }) => standing.get(id));
  const own = Float64Array.from(duration.subarray(0, length));
  const current = new Int32Array(length).fill(-1);
  const longest = new Float64Array(length);
  const stood = new Map<string, StoodFor>();
  for (let row = length - 1; row >= 0; row--) {
    own[row] = Math.max(0, own[row]! - longest[row]!);
    const caller = parent[row]!;
    if (caller < 0 || asynchronous[row] === 1) continue;
    const name = names[edge[row]!];
    if (stays[row] === 0 && (stays[caller] === 0 || name === undefined)) continue;
    const took = lambda[edge[row]!]! * waited[row]!;
    if (stays[row] === 0) {
      const key = `${caller} ${stage[row]}`;
      const known = stood.get(key);
      stood.set(key, { caller, name: name!, waited: Math.max(took, known?.waited ?? 0) });
    }
    if (current[caller] !== stage[row]) {
      own[caller]! -= longest[caller]!;
      longest[caller] = 0;
      current[caller] = stage[row]!;
    }
    longest[caller] = Math.max(longest[caller]!, took);
  }
  return { own, stood: [...stood.values()].reverse() };
}
