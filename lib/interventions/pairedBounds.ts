import { sampleQuantile } from "../compare/quantileErrors.ts";
import { Random } from "../simulate/random.ts";

/** Latencies of an API, µs and ascending, and the trace of each. */
export interface TracedLatencies {
  latency: Float64Array;
  trace: Int32Array;
}

/** Bounds of a quantile after a change, and of how far it moved, µs. */
export interface QuantileBounds {
  low: number;
  high: number;
  change: { low: number; high: number };
}

const replicates = 200;

/**
 * 95 % bounds of quantiles by the bootstrap: whole traces are resampled, both sides of a pair together, so many that they
 * hold as many executions as were observed (m out of n, where more were simulated than observed). Quantiles of one
 * resample ascend with their level, and so do bounds.
 * @param observed executions that the model rests on, of those before the change
 */
export function pairedBounds(
  before: TracedLatencies,
  after: TracedLatencies,
  levels: readonly number[],
  { observed, seed }: { observed: number; seed: number },
): QuantileBounds[] {
  const traces = Uint32Array.from(new Set([...before.trace, ...after.trace]));
  const draws = Math.max(1, Math.round(traces.length * Math.min(1, observed / before.latency.length)));
  const random = new Random(seed, 1);
  const counts = new Int32Array(traces.reduce((most, each) => Math.max(most, each), 0) + 1);
  const found = levels.map(() => ({ after: [] as number[], change: [] as number[] }));
  for (let replicate = 0; replicate < replicates; replicate++) {
    counts.fill(0);
    for (let draw = 0; draw < draws; draw++) counts[traces[Math.floor(random.uniform() * traces.length)]!]!++;
    const old = resampled(before, counts, levels);
    const now = resampled(after, counts, levels);
    if (old === undefined || now === undefined) continue;
    for (const [index, value] of now.entries()) {
      found[index]!.after.push(value);
      found[index]!.change.push(value - old[index]!);
    }
  }
  return levels.map((level, index) => {
    const now = quantileOf(after, level);
    const moved = now - quantileOf(before, level);
    const bounds = (values: readonly number[], value: number) => {
      const sorted = Float64Array.from(values).sort();
      if (sorted.length === 0) return { low: value, high: value };
      // A quantile of very few executions need not come as far out as that of all traces.
      const [low, high] = [0.025, 0.975].map((share) => sampleQuantile(sorted, share)) as [number, number];
      return { low: Math.min(value, low), high: Math.max(value, high) };
    };
    return { ...bounds(found[index]!.after, now), change: bounds(found[index]!.change, moved) };
  });
}

/** The quantile of all executions: the least latency that more than its share of them is at or below. */
export function quantileOf({ latency }: TracedLatencies, level: number): number {
  return latency[Math.min(latency.length - 1, Math.floor(level * latency.length))]!;
}

/** Quantiles of a resample, whose traces count as often as told; nothing where none of its traces has an execution. */
function resampled(
  { latency, trace }: TracedLatencies,
  counts: Int32Array,
  levels: readonly number[],
): number[] | undefined {
  let total = 0;
  for (const each of trace) total += counts[each]!;
  if (total === 0) return undefined;
  const found = levels.map(() => latency.at(-1)!);
  const ascending = [...levels.keys()].sort((a, b) => levels[a]! - levels[b]!);
  let [row, sum] = [-1, 0];
  for (const index of ascending) {
    const wanted = levels[index]! * total;
    while (sum <= wanted && row + 1 < trace.length) sum += counts[trace[++row]!]!;
    found[index] = latency[row]!;
  }
  return found;
}
