import { byContext } from "./contextRanks.ts";
import type { ExecutionParts } from "./executionParts.ts";

/** What is put right, one after the other, to see how much of a distance goes with it. */
export const steps = ["callers", "paths", "own time", "calls"] as const;

export type Step = (typeof steps)[number];

/** KS distance of an API's generated latencies as they are, and after each repair; what the last leaves is dependence. */
export interface DistanceSteps {
  generated: number;
  after: Record<Step, number>;
}

/** Contexts with fewer executions than this on either side are put right together. */
const fewest = 20;

/**
 * Where the distance between an API's original and generated latencies comes from. The generated executions are put
 * right in steps, and the distance is measured after each: the mix of callers and then that of the calls made, by
 * weighting executions; own time and then what was waited for, by giving each generated value the original's value at
 * the same rank in the same context. What is left is how own time and calls depend on each other.
 * @param original held-out executions; @param generated executions of a model
 * @param api number of an API that both have
 */
export function distanceSteps(original: ExecutionParts, generated: ExecutionParts, api: number): DistanceSteps {
  const truth = original.rows.get(api) ?? [];
  const made = generated.rows.get(api) ?? [];
  const target = Float64Array.from(truth, (row) => original.duration[row]!).sort();
  const values = Float64Array.from(made, (row) => generated.duration[row]!);
  const even = new Float64Array(made.length).fill(1);
  const caller = ({ caller }: ExecutionParts, row: number) => String(caller[row]);
  const context = (parts: ExecutionParts, row: number) => `${parts.caller[row]} ${parts.made[row]}`;
  const weighted = (keyOf: typeof caller) => mixWeights(original, truth, generated, made, keyOf);
  const weights = weighted(context);
  const own = matched(original, truth, generated, made, (parts) => parts.own);
  const calls = matched(original, truth, generated, made, (parts) => parts.calls);
  const withOwn = values.map((_, i) => own[i]! + generated.calls[made[i]!]!);
  const withBoth = values.map((_, i) => own[i]! + calls[i]!);
  return {
    generated: weightedKs(values, even, target),
    after: {
      callers: weightedKs(values, weighted(caller), target),
      paths: weightedKs(values, weights, target),
      "own time": weightedKs(withOwn, weights, target),
      calls: weightedKs(withBoth, weights, target),
    },
  };
}

/** Weights of generated rows that give each key the share that it has in the original. */
function mixWeights(
  original: ExecutionParts,
  truth: readonly number[],
  generated: ExecutionParts,
  made: readonly number[],
  keyOf: (parts: ExecutionParts, row: number) => string,
): Float64Array {
  const count = (parts: ExecutionParts, rows: readonly number[]) => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(keyOf(parts, row), (counts.get(keyOf(parts, row)) ?? 0) + 1);
    return counts;
  };
  const [wanted, there] = [count(original, truth), count(generated, made)];
  return Float64Array.from(made, (row) => {
    const key = keyOf(generated, row);
    return ((wanted.get(key) ?? 0) / truth.length) * (made.length / there.get(key)!);
  });
}

/** For each generated row the original's value at the same rank in the same context. */
function matched(
  original: ExecutionParts,
  truth: readonly number[],
  generated: ExecutionParts,
  made: readonly number[],
  quantityOf: (parts: ExecutionParts) => Float64Array,
): Float64Array {
  const groups = byContext(original, truth);
  const large = (rows: readonly number[] | undefined) => (rows && rows.length >= fewest ? rows : truth);
  const place = new Map(made.map((row, index) => [row, index]));
  const found = new Float64Array(made.length);
  for (const [key, rows] of byContext(generated, made)) {
    const values = quantityOf(generated);
    const sorted = Float64Array.from(large(groups.get(key)), (row) => quantityOf(original)[row]!).sort();
    const ordered = rows.toSorted((a, b) => values[a]! - values[b]! || a - b);
    ordered.forEach((row, rank) => {
      found[place.get(row)!] = sorted[Math.floor(((rank + 0.5) / ordered.length) * sorted.length)] ?? 0;
    });
  }
  return found;
}

/** KS distance of a weighted sample from an ascending one; 1 where a side is empty. */
function weightedKs(values: Float64Array, weights: Float64Array, target: Float64Array): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || target.length === 0) return 1;
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  let [i, j, below, largest] = [0, 0, 0, 0];
  while (i < order.length || j < target.length) {
    const value = Math.min(values[order[i]!] ?? Number.POSITIVE_INFINITY, target[j] ?? Number.POSITIVE_INFINITY);
    while (i < order.length && values[order[i]!]! <= value) below += weights[order[i++]!]!;
    while (j < target.length && target[j]! <= value) j++;
    largest = Math.max(largest, Math.abs(below / total - j / target.length));
  }
  return largest;
}
