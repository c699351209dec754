import { Random } from "../simulate/random.ts";

/** Most classes that are tried. */
const mostClasses = 6;
/** Starts of a further class, the iterations that each has to show what it is worth, and those that the best gets. */
const starts = 12;
const shortRun = 6;
const longRun = 25;
/** Pseudo-observations that pull a class's categories towards those of all traces. */
const prior = 2;
/** Traces that each fold, and that each class, need. */
const fewestTraces = 50;
const smallestClass = 20;

/** Categorical observations of traces. Those of trace i are from first[i] to first[i + 1]. */
export interface Observations {
  first: number[];
  /** Fold of cross-validation of each trace, 0 or 1. */
  fold: number[];
  /** Index of each observation's category, and how much it counts: what a variable says of a trace counts 1 in all. */
  category: number[];
  weight: number[];
  /** The variable that each category is a value of. */
  variable: number[];
}

/** A class of traces: its share, and the logarithms of its categories' probabilities. */
export interface LatentClass {
  share: number;
  logs: number[];
}

/**
 * Finds latent classes of traces, within which variables are independent: a mixture of categoricals, by EM with smoothed
 * counts (latent class analysis; Lazarsfeld and Henry, 1968). A further class begins at one trace, the best of a few
 * drawn with a fixed seed. The number of classes is the smallest whose two-fold held-out likelihood a further one, or
 * two, do not raise by more than twice the standard error.
 * @returns the classes; one where there is nothing to tell apart
 */
export function latentClasses(observations: Observations): LatentClass[] {
  const all = observations.fold.map((_, trace) => trace);
  const pooled = [maximized(observations, all, undefined)];
  const folds = [0, 1].map((fold) => all.filter((trace) => observations.fold[trace] === fold));
  if (folds.some((traces) => traces.length < fewestTraces)) return pooled;
  let halves = folds.map((traces) => [maximized(observations, traces, undefined)]);
  let best = likelihoods(observations, folds, halves);
  let chosen = halves;
  for (let tried = 2; tried <= mostClasses && tried <= chosen[0]!.length + 2; tried++) {
    halves = halves.map((classes, fold) => withOneMore(observations, folds[fold]!, classes));
    const found = likelihoods(observations, folds, halves);
    const gains = found.map((likelihood, trace) => likelihood - best[trace]!);
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
    if (!(mean > 2 * Math.sqrt(variance / gains.length))) continue;
    best = found;
    chosen = halves;
  }
  if (chosen[0]!.length === 1) return pooled;
  // The classes of all traces begin at those of a fold, which are known to tell something about the other.
  const { classes } = iterate(observations, all, chosen[0]!, longRun);
  return classes.every(({ share }) => share * all.length >= smallestClass) ? classes : pooled;
}

/** The classes fitted to some traces, and one more. */
function withOneMore(observations: Observations, traces: readonly number[], classes: LatentClass[]): LatentClass[] {
  const random = new Random(7, classes.length);
  let best: { classes: LatentClass[]; likelihood: number } | undefined;
  for (let start = 0; start < starts; start++) {
    const seedTrace = traces[Math.floor(random.uniform() * traces.length)]!;
    const begun = maximized(observations, [seedTrace], undefined, pooledLogs(observations, traces));
    const share = 1 / (classes.length + 1);
    const from = [...classes.map((each) => ({ ...each, share: each.share * (1 - share) })), { ...begun, share }];
    const run = iterate(observations, traces, from, shortRun);
    if (best === undefined || run.likelihood > best.likelihood) best = run;
  }
  return iterate(observations, traces, best!.classes, longRun).classes;
}

function iterate(observations: Observations, traces: readonly number[], from: LatentClass[], most: number) {
  let classes = from;
  let likelihood = Number.NEGATIVE_INFINITY;
  const base = pooledLogs(observations, traces);
  for (let iteration = 0; iteration < most; iteration++) {
    const responsibilities = classes.map(() => new Float64Array(traces.length));
    let sum = 0;
    traces.forEach((trace, index) => {
      const scores = classScores(observations, classes, trace);
      const top = Math.max(...scores);
      const total = scores.reduce((all, score) => all + Math.exp(score - top), 0);
      for (const [each, score] of scores.entries()) responsibilities[each]![index] = Math.exp(score - top) / total;
      sum += top + Math.log(total);
    });
    classes = responsibilities.map((weights) => maximized(observations, traces, weights, base));
    if (sum - likelihood < 1e-4 * traces.length) return { classes, likelihood: sum };
    likelihood = sum;
  }
  return { classes, likelihood };
}

/** The class that fits some traces best, each with its weight. */
function maximized(
  { first, category, weight, variable }: Observations,
  traces: readonly number[],
  weights: Float64Array | undefined,
  base?: readonly number[],
): LatentClass {
  const counts = new Float64Array(variable.length);
  const totals = new Map<number, number>();
  let share = 0;
  traces.forEach((trace, index) => {
    const responsibility = weights?.[index] ?? 1;
    share += responsibility;
    for (let at = first[trace]!; at < first[trace + 1]!; at++) {
      const n = responsibility * weight[at]!;
      counts[category[at]!]! += n;
      totals.set(variable[category[at]!]!, (totals.get(variable[category[at]!]!) ?? 0) + n);
    }
  });
  const sizes = new Map<number, number>();
  for (const each of variable) sizes.set(each, (sizes.get(each) ?? 0) + 1);
  const logs = variable.map((each, index) => {
    const expected = base ? Math.exp(base[index]!) : 1 / sizes.get(each)!;
    return Math.log((counts[index]! + prior * expected) / ((totals.get(each) ?? 0) + prior));
  });
  return { share: share / traces.length, logs };
}

function pooledLogs(observations: Observations, traces: readonly number[]): number[] {
  return maximized(observations, traces, undefined).logs;
}

/** Logarithm of each class's share and of the probability of a trace in it. */
function classScores({ first, category, weight }: Observations, classes: readonly LatentClass[], trace: number) {
  return classes.map(({ share, logs }) => {
    let score = Math.log(Math.max(share, 1e-12));
    for (let at = first[trace]!; at < first[trace + 1]!; at++) score += weight[at]! * logs[category[at]!]!;
    return score;
  });
}

/** Log-likelihood of every trace under the classes that were fitted to the other fold. */
function likelihoods(
  observations: Observations,
  folds: readonly (readonly number[])[],
  halves: readonly LatentClass[][],
): number[] {
  const result = observations.fold.map(() => 0);
  folds.forEach((traces, fold) => {
    for (const trace of traces) {
      const scores = classScores(observations, halves[1 - fold]!, trace);
      const top = Math.max(...scores);
      result[trace] = top + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0));
    }
  });
  return result;
}
