import type { LatentClass, Observations } from "./latentClasses.ts";

/** Pseudo-observations that pull a class's categories towards those of all traces. */
const prior = 2;

/**
 * Expectation maximization for a mixture of categoricals with smoothed counts. One pass over the traces makes both
 * steps, over flat arrays: what categories and variables hold for each class stands side by side.
 */
export class MixtureEm {
  private readonly first: Int32Array;
  private readonly category: Int32Array;
  private readonly weight: Float64Array;
  /** Index of each category's variable, from 0, and the number of categories that each variable has. */
  private readonly variable: Int32Array;
  private readonly sizes: Int32Array;

  constructor(observations: Observations) {
    this.first = Int32Array.from(observations.first);
    this.category = Int32Array.from(observations.category);
    this.weight = Float64Array.from(observations.weight);
    const numbers = new Map<number, number>();
    for (const each of observations.variable) if (!numbers.has(each)) numbers.set(each, numbers.size);
    this.variable = Int32Array.from(observations.variable, (each) => numbers.get(each)!);
    this.sizes = new Int32Array(numbers.size);
    for (const each of this.variable) this.sizes[each]!++;
  }

  /**
   * One class of some traces.
   * @param base what its categories are pulled towards; all alike where absent
   */
  pooled(traces: readonly number[], base?: Float64Array): LatentClass {
    const sums = this.sums(1);
    const whole = Float64Array.of(1);
    for (const trace of traces) this.count(sums, trace, whole);
    return this.maximize(sums, traces.length, base)[0]!;
  }

  /**
   * Iterates from some classes until the likelihood grows by less than 1e-4 a trace.
   * @param most iterations
   * @param base what the classes' categories are pulled towards
   * @returns the classes, and the log-likelihood before the last step
   */
  iterate(traces: readonly number[], from: readonly LatentClass[], most: number, base: Float64Array) {
    let classes = [...from];
    let likelihood = Number.NEGATIVE_INFINITY;
    const scores = new Float64Array(from.length);
    for (let iteration = 0; iteration < most; iteration++) {
      const score = this.scorer(classes);
      const sums = this.sums(classes.length);
      let sum = 0;
      for (const trace of traces) {
        sum += score(trace, scores);
        this.count(sums, trace, scores);
      }
      classes = this.maximize(sums, traces.length, base);
      if (sum - likelihood < 1e-4 * traces.length) return { classes, likelihood: sum };
      likelihood = sum;
    }
    return { classes, likelihood };
  }

  /** Writes the log-likelihood of each of some traces into `result`. */
  likelihoods(traces: readonly number[], classes: readonly LatentClass[], result: number[]): void {
    const score = this.scorer(classes);
    const scores = new Float64Array(classes.length);
    for (const trace of traces) result[trace] = score(trace, scores);
  }

  /** A function that writes the probability of each class given a trace, and returns the trace's log-likelihood. */
  private scorer(classes: readonly LatentClass[]): (trace: number, scores: Float64Array) => number {
    const { first, category, weight } = this;
    const count = classes.length;
    const shares = classes.map(({ share }) => Math.log(Math.max(share, 1e-12)));
    const logs = new Float64Array(this.variable.length * count);
    for (const [index, each] of classes.entries())
      for (let at = 0; at < each.logs.length; at++) logs[at * count + index] = each.logs[at]!;
    return (trace, scores) => {
      for (let index = 0; index < count; index++) scores[index] = shares[index]!;
      const end = first[trace + 1]!;
      for (let at = first[trace]!; at < end; at++) {
        const counts = weight[at]!;
        const from = category[at]! * count;
        for (let index = 0; index < count; index++) scores[index]! += counts * logs[from + index]!;
      }
      let top = Number.NEGATIVE_INFINITY;
      for (let index = 0; index < count; index++) if (scores[index]! > top) top = scores[index]!;
      let total = 0;
      for (let index = 0; index < count; index++) total += scores[index] = Math.exp(scores[index]! - top);
      for (let index = 0; index < count; index++) scores[index]! /= total;
      return top + Math.log(total);
    };
  }

  private sums(classes: number): Sums {
    return {
      classes,
      shares: new Float64Array(classes),
      counts: new Float64Array(this.variable.length * classes),
      totals: new Float64Array(this.sizes.length * classes),
    };
  }

  /** Counts a trace in each class with some probability. */
  private count({ classes, shares, counts, totals }: Sums, trace: number, probabilities: Float64Array): void {
    const { category, weight, variable } = this;
    for (let index = 0; index < classes; index++) shares[index]! += probabilities[index]!;
    const end = this.first[trace + 1]!;
    for (let at = this.first[trace]!; at < end; at++) {
      const each = category[at]!;
      const total = variable[each]! * classes;
      for (let index = 0; index < classes; index++) {
        const n = probabilities[index]! * weight[at]!;
        counts[each * classes + index]! += n;
        totals[total + index]! += n;
      }
    }
  }

  private maximize({ classes, shares, counts, totals }: Sums, traces: number, base?: Float64Array): LatentClass[] {
    return Array.from({ length: classes }, (_, index) => ({
      share: shares[index]! / traces,
      logs: Float64Array.from(this.variable, (variable, category) => {
        const expected = base ? Math.exp(base[category]!) : 1 / this.sizes[variable]!;
        const [count, total] = [counts[category * classes + index]!, totals[variable * classes + index]!];
        return Math.log((count + prior * expected) / (total + prior));
      }),
    }));
  }
}

/** What is counted of traces for each class: the traces, and what they have of each category and variable. */
interface Sums {
  classes: number;
  shares: Float64Array;
  counts: Float64Array;
  totals: Float64Array;
}
