import { FactorPosterior, solve } from "./factorPosterior.ts";
import { type HeldOutGain, heldOutGain } from "./heldOutGain.ts";
import type { NormalScores } from "./readNormalScores.ts";

/** Most factors that are tried. */
const mostFactors = 4;
const mostIterations = 30;
/** Pseudo-observations that pull loadings towards 0: rare nodes have none without evidence. */
const ridge = 5;
/** Most of a score's variance that factors may explain. */
const mostExplained = 0.95;
/** Traces that each fold needs. */
const fewestTraces = 50;

/** Loadings Λ: for each node of the scores the weight of each factor, together at most 0.95 in squares. */
export type Loadings = number[][];

/** Loadings, and what they raise held-out likelihood by, or what one factor would have; no gain where traces are too few. */
export interface FittedFactors extends Partial<HeldOutGain> {
  loadings: Loadings;
}

/**
 * Fits trace factors, the Gaussian copula v = Λ·f + √(1 − |Λ|²)·ε with f ~ N(0, I) once a trace: what load, noisy
 * neighbours and faults do to all of a trace's executions at once. Maximum likelihood by EM for factor analysis with
 * repeated and missing observations (Rubin and Thayer, Psychometrika 47, 1982), with unit variances. The number of
 * factors is the smallest whose two-fold held-out likelihood a further one does not raise by more than its standard
 * error.
 * @returns loadings of each node; rows are empty where no factor pays
 */
export function fitFactors(scores: NormalScores): FittedFactors {
  const all = scores.fold.map((_, trace) => trace);
  const folds = [0, 1].map((fold) => all.filter((trace) => scores.fold[trace] === fold));
  let factors: Loadings = scores.nodes.map(() => []);
  if (folds.some((traces) => traces.length < fewestTraces)) return { loadings: factors };
  // Each fold's loadings score the other fold; a further factor starts from those found so far.
  let halves = folds.map(() => factors);
  const none = likelihoods(scores, folds, halves);
  let best = none;
  let bought: HeldOutGain | undefined;
  for (let count = 1; count <= mostFactors; count++) {
    const more = halves.map((loadings, fold) => maximize(scores, folds[fold], withOneMore(loadings)));
    const candidate = likelihoods(scores, folds, more);
    const further = heldOutGain(candidate, best);
    bought ??= further;
    if (!(further.gain > further.error)) break;
    bought = heldOutGain(candidate, none);
    best = candidate;
    halves = more;
    factors = more[0];
  }
  return { loadings: factors[0]!.length === 0 ? factors : maximize(scores, all, factors), ...bought };
}

/** Log-likelihood of every trace under the loadings that were fitted to the other fold. */
function likelihoods(scores: NormalScores, folds: readonly number[][], halves: readonly Loadings[]): number[] {
  const result = scores.fold.map(() => 0);
  folds.forEach((traces, fold) => {
    const posterior = new FactorPosterior(scores, halves[1 - fold]);
    for (const trace of traces) result[trace] = posterior.update(trace);
  });
  return result;
}

/** Any start but 0 will do for a further factor: the first is common to all, others alternate. */
function withOneMore(loadings: Loadings): Loadings {
  return loadings.map((row, node) => shrunk([...row, row.length === 0 ? 0.5 : 0.2 * Math.sin(1.7 * (node + 1))]));
}

/** EM over some of the traces, until no loading moves by more than 0.002. */
function maximize(scores: NormalScores, traces: readonly number[], from: Loadings): Loadings {
  const factors = from[0].length;
  let loadings = from;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const posterior = new FactorPosterior(scores, loadings);
    const { mean, second } = posterior;
    const gram = scores.nodes.map(() => new Float64Array(factors * factors));
    const moment = scores.nodes.map(() => new Float64Array(factors));
    for (const trace of traces) {
      posterior.update(trace);
      for (let row = scores.first[trace]; row < scores.first[trace + 1]; row++) {
        const node = scores.node[row];
        const count = scores.count[row];
        const sum = scores.sum[row];
        for (let i = 0; i < factors; i++) moment[node][i] += sum * mean[i];
        for (let i = 0; i < factors * factors; i++) gram[node][i] += count * second[i];
      }
    }
    let moved = 0;
    const next = gram.map((sum, node) => {
      for (let i = 0; i < factors; i++) sum[i * factors + i] += ridge;
      const row = shrunk(solve(sum, moment[node], factors));
      for (let i = 0; i < factors; i++) moved = Math.max(moved, Math.abs(row[i] - loadings[node][i]));
      return row;
    });
    loadings = next;
    if (moved < 0.002) break;
  }
  return loadings;
}

function shrunk(row: number[]): number[] {
  const explained = row.reduce((sum, loading) => sum + loading * loading, 0);
  return explained > mostExplained ? row.map((loading) => loading * Math.sqrt(mostExplained / explained)) : row;
}
