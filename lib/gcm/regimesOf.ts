import { clusterWindows } from "./clusterWindows.ts";
import { binCount, binEdges } from "./rankClasses.ts";

/** Numbers of regimes that compete with none. */
const counts = [2, 4, 8, 16];
/** Windows of the recording that regimes begin at, at most, and the traces that a window has at least. */
const mostWindows = 128;
const smallestWindow = 12;
const iterations = 15;
/** Pseudo-observations of the uniform density. */
const prior = 2;

/** What traces say, in the order in which they began: weights of categories. Those of trace i are from first[i] on. */
export interface Tokens {
  /** Categories in all: for each node the bins of its rank. */
  categories: number;
  first: number[];
  /** Fold of cross-validation of each trace, 0 or 1. */
  fold: number[];
  category: number[];
  weight: number[];
}

/** A regime: logarithms of its share, and of the probabilities of its categories. */
export interface RegimeScores {
  logShare: number;
  logs: Float64Array;
}

/**
 * Finds latent classes of traces among the ranks of their times (a mixture of categoricals, by EM). What lasts, such as a
 * fault of some minutes, is where they begin: windows of the recording are clustered by the bins of their ranks. The
 * number of regimes is the largest of a few that makes held-out traces more likely by more than twice the standard error
 * of the gain.
 * @returns the regimes; none where one is enough
 */
export function regimesOf(tokens: Tokens): RegimeScores[] {
  const all = tokens.fold.map((_, trace) => trace);
  const folds = [0, 1].map((fold) => all.filter((trace) => tokens.fold[trace] === fold));
  if (folds.some((traces) => traces.length < 4 * smallestWindow)) return [];
  const starts = folds.map((traces) => startsOf(tokens, traces));
  let best = heldOut(
    tokens,
    folds,
    folds.map((traces) => [pooled(tokens, traces)]),
  );
  let chosen = 1;
  for (const count of counts) {
    if (starts.some((found) => !found.has(count))) continue;
    const models = folds.map((traces, fold) => fitted(tokens, traces, starts[fold]!.get(count)!, count));
    const found = heldOut(tokens, folds, models);
    const gains = found.map((likelihood, trace) => likelihood - best[trace]!);
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
    if (!(mean > 2 * Math.sqrt(variance / gains.length))) continue;
    best = found;
    chosen = count;
  }
  const start = chosen > 1 ? startsOf(tokens, all).get(chosen) : undefined;
  return start === undefined ? [] : fitted(tokens, all, start, chosen);
}

/** Clusters of windows of some traces: for each number of clusters the cluster of each trace. */
function startsOf(tokens: Tokens, traces: readonly number[]): Map<number, number[]> {
  const windows = Math.min(mostWindows, Math.floor(traces.length / smallestWindow));
  const windowOf = (index: number) => Math.floor((index * windows) / traces.length);
  const sums = Array.from({ length: windows }, () => new Float64Array(tokens.categories));
  for (const [index, trace] of traces.entries())
    for (let at = tokens.first[trace]!; at < tokens.first[trace + 1]!; at++)
      sums[windowOf(index)]![tokens.category[at]!]! += tokens.weight[at]!;
  const labels = clusterWindows(sums, binCount, counts);
  return new Map([...labels].map(([count, label]) => [count, traces.map((_, index) => label[windowOf(index)]!)]));
}

function pooled(tokens: Tokens, traces: readonly number[]): RegimeScores {
  return maximized(tokens, traces, new Float64Array(traces.length).fill(1));
}

/** The regime that fits some traces best, given the probability of it for each of them. */
function maximized(tokens: Tokens, traces: readonly number[], probability: Float64Array): RegimeScores {
  const { first, category, weight } = tokens;
  const logs = new Float64Array(tokens.categories);
  for (let at = 0; at < logs.length; at++) {
    const bin = at % binCount;
    logs[at] = prior * (binEdges[bin + 1]! - binEdges[bin]!);
  }
  let share = 0;
  for (let index = 0; index < traces.length; index++) {
    const p = probability[index]!;
    share += p;
    if (p < 1e-9) continue;
    const trace = traces[index]!;
    for (let at = first[trace]!; at < first[trace + 1]!; at++) logs[category[at]!]! += p * weight[at]!;
  }
  for (let from = 0; from < logs.length; from += binCount) {
    let total = 0;
    for (let at = from; at < from + binCount; at++) total += logs[at]!;
    for (let at = from; at < from + binCount; at++) logs[at] = Math.log(logs[at]! / total);
  }
  return { logShare: Math.log(Math.max(share / traces.length, 1e-12)), logs };
}

function scored({ first, category, weight }: Tokens, { logShare, logs }: RegimeScores, trace: number): number {
  let score = logShare;
  for (let at = first[trace]!; at < first[trace + 1]!; at++) score += weight[at]! * logs[category[at]!]!;
  return score;
}

/** EM from a first assignment. */
function fitted(tokens: Tokens, traces: readonly number[], start: readonly number[], count: number): RegimeScores[] {
  let probabilities = Array.from({ length: count }, (_, regime) =>
    Float64Array.from(start, (label) => (label === regime ? 0.9 : 0) + 0.1 / count),
  );
  let regimes: RegimeScores[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    regimes = probabilities.map((each) => maximized(tokens, traces, each));
    probabilities = probabilities.map(() => new Float64Array(traces.length));
    for (let index = 0; index < traces.length; index++) {
      const scores = regimes.map((regime) => scored(tokens, regime, traces[index]!));
      const likelihood = logSum(scores);
      for (let each = 0; each < count; each++) probabilities[each]![index] = Math.exp(scores[each]! - likelihood);
    }
  }
  return regimes;
}

/** Log-likelihood of every trace under the regimes that were fitted to the other fold. */
function heldOut(
  tokens: Tokens,
  folds: readonly (readonly number[])[],
  models: readonly (readonly RegimeScores[])[],
): number[] {
  const likelihoods: number[] = [];
  for (const [fold, traces] of folds.entries())
    for (const trace of traces)
      likelihoods[trace] = logSum(models[1 - fold]!.map((regime) => scored(tokens, regime, trace)));
  return likelihoods;
}

function logSum(logs: readonly number[]): number {
  const top = Math.max(...logs);
  return top + Math.log(logs.reduce((sum, each) => sum + Math.exp(each - top), 0));
}
