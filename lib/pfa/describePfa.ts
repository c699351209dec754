import type { FittedLabel } from "../gcm/fittedLabel.ts";
import type { Context, CountProbability, Pfa, PfaCall, PfaState, PfaTransition } from "../topology/topology.ts";
import { visitsOf } from "./automaton.ts";
import type { MeasuredWalk } from "./collectPfaWalks.ts";
import { countWalks, type Histogram, type StateCounts } from "./countWalks.ts";
import type { LearnedPfa } from "./learnPfa.ts";

/** A caller's own transitions are kept with at least this many visits … */
const fewestVisits = 5;
/** … and when twice their gain in log-likelihood exceeds this plus twice their degrees of freedom. */
const leastGain = 6.6;

/** The automaton as the topology holds it, and the state in which each walk ends. */
export interface DescribedPfa {
  pfa: Pfa;
  /** Id of the last state before `finish`, by walk. */
  pathOf: Map<number, string>;
}

/**
 * Turns a learned automaton and the walks' counts into the topology's PFA. A context changes transition probabilities
 * only, and only where the likelihood ratio says so.
 * @param edgeId the topology's id of an edge number
 * @param names the topology's ids of a caller's API number (-1 is an entry call), of a chain of callers and of labels;
 * contexts without are not looked at
 */
export function describePfa(
  { automaton, symbolOf, learning }: LearnedPfa,
  walks: readonly MeasuredWalk[],
  edgeId: (edge: number) => string,
  names: ContextNames = {},
): DescribedPfa {
  const counts = countWalks(automaton, walks, symbolOf, "both");
  const chainCounts = countWalks(automaton, walks, symbolOf, "both", ({ caller, chain = -1 }) =>
    chain < 0 ? -2 - caller : chain,
  );
  const callerOf = new Map(
    walks.flatMap((walk) => walk.counts.map(({ caller, chain = -1 }) => [chain, caller] as const)),
  );
  const labelled = subsets(names.labels ?? []).map((set) => {
    // Values are told apart for each caller; where one of them is missing they are no context.
    const contexts: LabelContext[] = [];
    const numbers = new Map<string, number>();
    const counts = countWalks(automaton, walks, symbolOf, "both", ({ caller, labels = [] }) => {
      const values = set.map(({ index }) => labels[index] ?? -1);
      if (values.some((value) => value < 0)) return -1;
      const key = [names.caller ? caller : -1, ...values].join();
      const given = Object.fromEntries(set.map(({ id, nameOf }, at) => [id, nameOf(values[at]!)]));
      if (!numbers.has(key)) numbers.set(key, contexts.push({ caller, given }) - 1);
      return numbers.get(key)!;
    });
    return { counts, contexts };
  });
  const idOf = (state: number) => (state === 0 ? "start" : `s${state}`);
  const gaps = automaton.symbols.map(() => ({ gap: 0, own: 0, uncertain: 0, runs: 0 }));
  const pathOf = new Map<number, string>();
  for (const walk of walks) {
    let state = 0;
    for (const visit of visitsOf(walk.stages, symbolOf)) {
      state = automaton.next[state].get(visit.symbol) as number;
      gaps[state].own += walk.own * visit.repeats;
      for (const stage of visit.stages)
        for (const sums of walk.stageSums.slice(stage.first, stage.first + stage.repeats)) {
          gaps[state].gap += sums.gap;
          gaps[state].uncertain += sums.uncertain;
          gaps[state].runs += sums.runs;
        }
    }
    pathOf.set(walk.id, idOf(state));
  }
  const states: PfaState[] = counts.map((count, state) => ({
    id: idOf(state),
    calls: [...count.calls.values()]
      .sort((a, b) => a.edge - b.edge || Number(a.asynchronous) - Number(b.asynchronous))
      .map((call) => describeCall(call, count.runs, edgeId)),
    ...(isAlwaysOnce(count.repeats) ? {} : { repeat: shares(count.repeats) }),
    gap: gaps[state].own > 0 ? round(Math.min(1, gaps[state].gap / gaps[state].own)) : 0,
    order: gaps[state].uncertain > gaps[state].runs / 2 ? "unknown" : "certain",
  }));
  states.push({ id: "finish", calls: [], gap: 0, order: "certain" });
  const transitions = counts.flatMap((count, state) =>
    leaving(
      count,
      { counts: chainCounts[state], callerOf },
      labelled.map(({ counts, contexts }) => ({ counts: counts[state], contexts })),
      (symbol) => idOf(automaton.next[state].get(symbol) as number),
      idOf(state),
      names,
    ),
  );
  return { pfa: { states, transitions, learning }, pathOf };
}

function describeCall(
  call: { edge: number; asynchronous: boolean; counts: Histogram },
  runs: number,
  edgeId: (edge: number) => string,
): PfaCall {
  let made = 0;
  for (const n of call.counts.values()) made += n;
  return {
    edge: edgeId(call.edge),
    probability: made / runs,
    ...(isAlwaysOnce(call.counts) ? {} : { count: shares(call.counts) }),
    asynchronous: call.asynchronous,
  };
}

/** Ids of what contexts name. */
export interface ContextNames {
  caller?: (api: number) => string;
  chain?: (chain: number) => string;
  labels?: readonly Pick<FittedLabel, "id" | "nameOf">[];
}

/** Values of some labels under a caller. */
interface LabelContext {
  caller: number;
  given: Context;
}

/** Every set of labels but the empty one, each label with its index; the smallest first. */
function subsets(labels: readonly Pick<FittedLabel, "id" | "nameOf">[]) {
  const all = Array.from({ length: 2 ** labels.length - 1 }, (_, bits) =>
    labels.flatMap((label, index) => (((bits + 1) >> index) & 1 ? [{ ...label, index }] : [])),
  );
  return all.sort((a, b) => a.length - b.length);
}

function leaving(
  count: StateCounts,
  chains: { counts: StateCounts; callerOf: ReadonlyMap<number, number> },
  labelled: readonly { counts: StateCounts; contexts: readonly LabelContext[] }[],
  target: (symbol: string) => string,
  from: string,
  names: ContextNames,
): PfaTransition[] {
  const byTarget = (next: Map<string, number>, finish: number) => {
    const to = new Map<string, number>();
    for (const [symbol, n] of next) to.set(target(symbol), (to.get(target(symbol)) ?? 0) + n);
    if (finish > 0) to.set("finish", finish);
    return to;
  };
  const pooledNext = new Map<string, number>();
  let pooledFinish = 0;
  for (const leaves of count.leaves.values()) {
    pooledFinish += leaves.finish;
    for (const [symbol, n] of leaves.next) pooledNext.set(symbol, (pooledNext.get(symbol) ?? 0) + n);
  }
  const pooled = byTarget(pooledNext, pooledFinish);
  const byCaller = new Map<number, Map<string, number>>();
  const callers: PfaTransition[] = [];
  const sorted = (leaves: StateCounts["leaves"]) => [...leaves].sort(([a], [b]) => a - b);
  for (const [caller, leaves] of names.caller && count.leaves.size > 1 ? sorted(count.leaves) : []) {
    const own = byTarget(leaves.next, leaves.finish);
    if (!differs(own, pooled)) continue;
    byCaller.set(caller, own);
    callers.push(row(from, { caller: names.caller!(caller) }, own));
  }
  const several = count.leaves.size > 1;
  const byLabels: { caller: number; given: Context; own: Map<string, number> }[] = [];
  for (const { counts, contexts } of labelled) {
    for (const [context, leaves] of sorted(counts.leaves)) {
      if (context < 0) continue;
      const own = byTarget(leaves.next, leaves.finish);
      const { caller, given } = contexts[context]!;
      const serving = byLabels.findLast(
        (other) => other.caller === caller && Object.entries(other.given).every(([id, value]) => given[id] === value),
      );
      if (differs(own, serving?.own ?? byCaller.get(caller) ?? pooled)) byLabels.push({ caller, given, own });
    }
  }
  const rows = byLabels
    .map(({ caller, given, own }) =>
      row(from, names.caller && several ? { caller: names.caller(caller), ...given } : given, own),
    )
    .reverse();
  for (const [chain, leaves] of chains.counts.leaves.size > 1 ? sorted(chains.counts.leaves) : []) {
    if (chain < 0 || !names.caller || !names.chain) continue;
    const own = byTarget(leaves.next, leaves.finish);
    const caller = chains.callerOf.get(chain) as number;
    if (differs(own, byCaller.get(caller) ?? pooled)) {
      rows.push(row(from, { caller: names.caller(caller), chain: names.chain(chain) }, own));
    }
  }
  return [...rows, ...callers, row(from, {}, pooled)];
}

/** Whether a context's targets differ by more than chance from those that would serve in their place. */
function differs(own: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  const visits = total(own);
  if (visits < fewestVisits) return false;
  const otherVisits = total(other);
  let gain = 0;
  for (const [state, n] of own) gain += 2 * n * Math.log(n / visits / ((other.get(state) as number) / otherVisits));
  return gain > leastGain + 2 * (other.size - 1);
}

function row(from: string, given: Record<string, string>, counts: Map<string, number>): PfaTransition {
  const visits = total(counts);
  const to = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { from, given, visits, to: to.map(([state, n]) => ({ state, probability: n / visits })) };
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const n of counts.values()) sum += n;
  return sum;
}

function isAlwaysOnce(histogram: Histogram): boolean {
  return histogram.size === 0 || (histogram.size === 1 && histogram.has(1));
}

function shares(histogram: Histogram): CountProbability[] {
  let sum = 0;
  for (const n of histogram.values()) sum += n;
  return [...histogram].sort(([a], [b]) => a - b).map(([count, n]) => ({ count, probability: n / sum }));
}

function round(share: number): number {
  return Number(share.toPrecision(6));
}
