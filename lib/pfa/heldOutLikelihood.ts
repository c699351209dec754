import { type Automaton, visitsOf } from "./automaton.ts";
import { countWalks, type Histogram, type StateCounts, weightIn } from "./countWalks.ts";
import { callKey, type Stage, type Walk } from "./walk.ts";

/** Weight of the prior that keeps what a training fold never saw from having probability 0. */
const prior = 0.5;

/** Mean log-likelihood (nats) of walks and its standard error. */
export interface HeldOut {
  mean: number;
  standardError: number;
  /** Log-likelihood of each walk, mean of the two folds, for paired comparison. */
  walks: number[];
  /** Executions of each walk. */
  weights: number[];
}

/**
 * Two-fold cross-validated log-likelihood of walks: counts from one fold score the other. Every automaton is scored on
 * the same event, the exact recorded stages with their repeats and multiplicities, so coarser symbols gain nothing by
 * saying less; the probabilities of all walks sum to at most 1. A walk that leaves the automaton goes on in any state
 * that its symbol enters.
 */
export function heldOutLikelihood(
  automaton: Automaton,
  walks: readonly Walk[],
  symbolOf: ReadonlyMap<string, string>,
): HeldOut {
  const entered = new Map<string, number>();
  automaton.symbols.forEach((symbol, state) => {
    if (!entered.has(symbol)) entered.set(symbol, state);
  });
  // Every symbol but the start's, and finishing.
  const outcomes = entered.size;
  const calls = new Set(walks.flatMap(({ stages }) => stages.flatMap((stage) => stage.calls.map(callKey)))).size;
  const scores = walks.map(() => ({ sum: 0, n: 0 }));
  for (const fold of [0, 1] as const) {
    const counts = countWalks(automaton, walks, symbolOf, fold === 0 ? 1 : 0);
    const totals = counts.map(totalLeaves);
    walks.forEach((walk, index) => {
      const n = walk.counts.reduce((sum, count) => sum + weightIn(count.folds, fold), 0);
      if (n === 0) return;
      let score = 0;
      let state = 0;
      for (const visit of visitsOf(walk.stages, symbolOf)) {
        score += Math.log(share(totals[state].next.get(visit.symbol) ?? 0, totals[state].n, outcomes));
        state = automaton.next[state].get(visit.symbol) ?? entered.get(visit.symbol) ?? 0;
        score += logOfCount(counts[state].repeats, counts[state].visits, visit.repeats);
        for (const stage of visit.stages) score += stage.repeats * logOfStage(counts[state], stage, calls);
      }
      score += Math.log(share(totals[state].finish, totals[state].n, outcomes));
      scores[index].sum += n * score;
      scores[index].n += n;
    });
  }
  const weights = scores.map(({ n }) => n);
  const means = scores.map(({ sum, n }) => (n === 0 ? 0 : sum / n));
  return { ...meanAndError(means, weights), walks: means, weights };
}

/** Weighted mean of values and the standard error of that mean, with the weights as repeated observations. */
export function meanAndError(values: readonly number[], weights: readonly number[]) {
  let n = 0;
  let sum = 0;
  values.forEach((value, i) => {
    n += weights[i];
    sum += weights[i] * value;
  });
  const mean = n === 0 ? 0 : sum / n;
  let squares = 0;
  values.forEach((value, i) => {
    squares += weights[i] * (value - mean) ** 2;
  });
  return { mean, standardError: n < 2 ? Number.POSITIVE_INFINITY : Math.sqrt(squares / (n - 1) / n) };
}

function totalLeaves(state: StateCounts) {
  const total = { n: 0, finish: 0, next: new Map<string, number>() };
  for (const leaves of state.leaves.values()) {
    total.finish += leaves.finish;
    total.n += leaves.finish;
    for (const [symbol, n] of leaves.next) {
      total.next.set(symbol, (total.next.get(symbol) ?? 0) + n);
      total.n += n;
    }
  }
  return total;
}

function share(seen: number, n: number, outcomes: number): number {
  return (seen + prior / outcomes) / (n + prior);
}

/** A count's probability: its frequency, mixed with a geometric prior over 0, 1, 2, … */
function logOfCount(histogram: Histogram, n: number, count: number): number {
  return Math.log(((histogram.get(count) ?? 0) + prior * 0.5 ** (count + 1)) / (n + prior));
}

/**
 * A stage's probability in a state: its known calls are independent of each other; how many others there are has a
 * geometric prior, which of those that exist is uniform.
 * @param calls number of all calls that exist
 */
function logOfStage(state: StateCounts, stage: Stage, calls: number): number {
  const others = new Map(stage.calls.map((call) => [callKey(call), call.count]));
  let score = 0;
  for (const [key, { counts }] of state.calls) {
    let called = 0;
    for (const n of counts.values()) called += n;
    const histogram = new Map(counts).set(0, state.runs - called);
    score += logOfCount(histogram, state.runs, others.get(key) ?? 0);
    others.delete(key);
  }
  const unknown = calls - state.calls.size;
  if (unknown > 0) score += logOfCount(new Map([[0, state.runs]]), state.runs, others.size);
  for (const count of others.values()) score -= Math.log(unknown) + count * Math.LN2;
  return score;
}
