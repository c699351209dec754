import type { CountProbability, Pfa, PfaCall, PfaState, PfaTransition } from "../topology/topology.ts";
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
 * @param callerId the topology's id of a caller's API number; -1 is an entry call; without it no context is looked at
 */
export function describePfa(
  { automaton, symbolOf, learning }: LearnedPfa,
  walks: readonly MeasuredWalk[],
  edgeId: (edge: number) => string,
  callerId?: (api: number) => string,
): DescribedPfa {
  const counts = countWalks(automaton, walks, symbolOf, "both");
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
    leaving(count, (symbol) => idOf(automaton.next[state].get(symbol) as number), idOf(state), callerId),
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

function leaving(
  count: StateCounts,
  target: (symbol: string) => string,
  from: string,
  callerId?: (api: number) => string,
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
  const pooledVisits = total(pooled);
  const rows: PfaTransition[] = [];
  if (callerId && count.leaves.size > 1) {
    for (const [caller, leaves] of [...count.leaves].sort(([a], [b]) => a - b)) {
      const own = byTarget(leaves.next, leaves.finish);
      const visits = total(own);
      if (visits < fewestVisits) continue;
      let gain = 0;
      for (const [state, n] of own) {
        gain += 2 * n * Math.log(n / visits / ((pooled.get(state) as number) / pooledVisits));
      }
      if (gain > leastGain + 2 * (pooled.size - 1)) rows.push(row(from, { caller: callerId(caller) }, own));
    }
  }
  return [...rows, row(from, {}, pooled)];
}

function row(from: string, given: Record<string, string>, counts: Map<string, number>): PfaTransition {
  const visits = total(counts);
  const to = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { from, given, visits, to: to.map(([state, n]) => ({ state, probability: n / visits })) };
}

function total(counts: Map<string, number>): number {
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
