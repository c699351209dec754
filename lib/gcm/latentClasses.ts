import { Random } from "../simulate/random.ts";
import { type HeldOutGain, heldOutGain } from "./heldOutGain.ts";
import { MixtureEm } from "./mixtureEm.ts";

/** Most classes that are tried. */
const mostClasses = 6;
/** Starts of a further class, the iterations that each has to show what it is worth, and those that the best gets. */
const starts = 12;
const shortRun = 6;
const longRun = 25;
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
  logs: Float64Array;
}

/** Latent classes, and what they raise held-out likelihood by; no gain where traces are too few. */
export interface FittedClasses extends Partial<HeldOutGain> {
  classes: LatentClass[];
}

/**
 * Finds latent classes of traces, within which variables are independent: a mixture of categoricals, by EM with smoothed
 * counts (latent class analysis; Lazarsfeld and Henry, 1968). A further class begins at one trace, the best of a few
 * drawn with a fixed seed. The number of classes is the smallest whose two-fold held-out likelihood a further one, or
 * two, do not raise by more than twice the standard error.
 * @returns one class where there is nothing to tell apart
 */
export function latentClasses(observations: Observations): FittedClasses {
  const all = observations.fold.map((_, trace) => trace);
  const em = new MixtureEm(observations);
  const pooled = [em.pooled(all)];
  const folds = [0, 1].map((fold) => all.filter((trace) => observations.fold[trace] === fold));
  if (folds.some((traces) => traces.length < fewestTraces)) return { classes: pooled };
  let halves = folds.map((traces) => [em.pooled(traces)]);
  const one = likelihoods(em, folds, halves);
  let best = one;
  let bought: HeldOutGain | undefined;
  let chosen = halves;
  for (let tried = 2; tried <= mostClasses && tried <= chosen[0]!.length + 2; tried++) {
    halves = halves.map((classes, fold) => withOneMore(em, folds[fold]!, classes));
    const found = likelihoods(em, folds, halves);
    const further = heldOutGain(found, best);
    bought ??= further;
    if (!(further.gain > 2 * further.error)) continue;
    bought = heldOutGain(found, one);
    best = found;
    chosen = halves;
  }
  if (chosen[0]!.length === 1) return { classes: pooled, ...bought };
  // The classes of all traces begin at those of a fold, which are known to tell something about the other.
  const { classes } = em.iterate(all, chosen[0]!, longRun, pooled[0]!.logs);
  const large = classes.every(({ share }) => share * all.length >= smallestClass);
  return { classes: large ? classes : pooled, ...bought };
}

/** The classes fitted to some traces, and one more. */
function withOneMore(em: MixtureEm, traces: readonly number[], classes: LatentClass[]): LatentClass[] {
  const random = new Random(7, classes.length);
  const base = em.pooled(traces).logs;
  let best: { classes: LatentClass[]; likelihood: number } | undefined;
  for (let start = 0; start < starts; start++) {
    const seedTrace = traces[Math.floor(random.uniform() * traces.length)]!;
    const share = 1 / (classes.length + 1);
    const begun = { ...em.pooled([seedTrace], base), share };
    const run = em.iterate(
      traces,
      [...classes.map((each) => ({ ...each, share: each.share * (1 - share) })), begun],
      shortRun,
      base,
    );
    if (best === undefined || run.likelihood > best.likelihood) best = run;
  }
  return em.iterate(traces, best!.classes, longRun, base).classes;
}

/** Log-likelihood of every trace under the classes that were fitted to the other fold. */
function likelihoods(em: MixtureEm, folds: readonly (readonly number[])[], halves: readonly LatentClass[][]): number[] {
  const result = Array<number>(folds[0]!.length + folds[1]!.length).fill(0);
  folds.forEach((traces, fold) => {
    em.likelihoods(traces, halves[1 - fold]!, result);
  });
  return result;
}
