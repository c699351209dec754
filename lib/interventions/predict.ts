import { sampleQuantile } from "../compare/quantileErrors.ts";
import { compile } from "../simulate/compile.ts";
import { Random } from "../simulate/random.ts";
import { simulate } from "../simulate/simulate.ts";
import type { Topology } from "../topology/topology.ts";
import { type Applied, applyInterventions } from "./applyInterventions.ts";
import type { Intervention } from "./operation.ts";

/** A quantile of the latency of an API, µs, before and after, with bounds of what is after. */
export interface PredictedQuantile {
  level: number;
  before: number;
  after: number;
  low: number;
  high: number;
  /** Bounds of after − before. */
  change: { low: number; high: number };
}

export interface Prediction {
  api: string;
  /** Executions that the fit saw of the API; fewer than were simulated widen the bounds. */
  executions: number;
  /** Latencies, µs, ascending. */
  before: Float64Array;
  after: Float64Array;
  quantiles: PredictedQuantile[];
  /** Such as `p99 of checkout falls from 812 to 604 ms (590 to 621)`. */
  text: string;
  tuned: Applied;
}

export interface PredictOptions {
  /** Id of the API whose latency is predicted; where it begins traces, as an entry alone. */
  api: string;
  traces?: number;
  seed?: number;
  levels?: readonly number[];
}

const replicates = 200;

/**
 * Predicts the latency of an API under interventions: simulates the topology before and after with the same seed for
 * each trace, and bootstraps whole traces, so that both sides of a difference are resampled together. Where the fit saw
 * fewer executions than are simulated, the bounds are widened to what so many can tell. They hold for chance, not for
 * a model that is wrong.
 * @throws Error of one line where an intervention cannot be applied, or the API is not run before or after
 */
export function predict(
  topology: Topology,
  interventions: readonly Intervention[],
  options: PredictOptions,
): Prediction {
  const { api, traces = 20_000, seed = 1, levels = [0.5, 0.95, 0.99] } = options;
  const tuned = applyInterventions(topology, interventions);
  const [was, is] = [topology, tuned.topology].map((each) => samples(each, api, traces, seed)) as [Sample, Sample];
  const observed = topology.apis.find(({ id }) => id === api)?.executions ?? 0;
  const widen = Math.sqrt(Math.max(1, was.latency.length / Math.max(1, observed)));
  const found = levels.map((level) => ({ level, before: at(was, level), after: at(is, level) }));
  const deviations = bootstrap(was, is, traces, levels, seed);
  const quantiles = found.map(({ level, before, after }, index) => {
    const spread = (values: Float64Array, middle: number) => {
      const sorted = values.sort();
      const bound = (share: number) => middle + widen * (sampleQuantile(sorted, share) - middle);
      return { low: bound(0.025), high: bound(0.975) };
    };
    const bounds = spread(deviations.after[index]!, after);
    return {
      level,
      before,
      after,
      low: Math.max(0, bounds.low),
      high: bounds.high,
      change: spread(deviations.change[index]!, after - before),
    };
  });
  return {
    api,
    executions: observed,
    before: was.latency.slice().sort(),
    after: is.latency.slice().sort(),
    quantiles,
    text: quantiles.map((quantile) => sentence(api, quantile)).join("; "),
    tuned,
  };
}

/** Latencies of an API in the order of their traces, and the rows in ascending order of latency. */
interface Sample {
  latency: Float64Array;
  trace: Int32Array;
  order: Uint32Array;
}

function samples(topology: Topology, id: string, traces: number, seed: number): Sample {
  const { mix } = topology.workload;
  const entry = mix.find(({ api }) => api === id);
  const workload = { ...topology.workload, mix: entry ? [{ ...entry, probability: 1 }] : mix };
  const { length, api, parent, trace, duration } = simulate(compile({ ...topology, workload }), { traces, seed });
  const index = topology.apis.findIndex((each) => each.id === id);
  const rows: number[] = [];
  for (let row = 0; row < length; row++) if (api[row] === index && (!entry || parent[row]! < 0)) rows.push(row);
  if (rows.length === 0) throw new Error(`predict: no trace comes to the API ${JSON.stringify(id)}`);
  const latency = Float64Array.from(rows, (row) => duration[row]!);
  const order = Uint32Array.from(rows.keys()).sort((a, b) => latency[a]! - latency[b]! || a - b);
  return { latency, trace: Int32Array.from(rows, (row) => trace[row]!), order };
}

function at({ latency, order }: Sample, level: number): number {
  return latency[order[Math.min(order.length - 1, Math.floor(level * order.length))]!]!;
}

/** Quantiles of resamples of whole traces, and their differences, by level. */
function bootstrap(was: Sample, is: Sample, traces: number, levels: readonly number[], seed: number) {
  const random = new Random(seed, 1);
  const counts = new Int32Array(traces);
  const after = levels.map(() => new Float64Array(replicates));
  const change = levels.map(() => new Float64Array(replicates));
  for (let replicate = 0; replicate < replicates; replicate++) {
    counts.fill(0);
    for (let draw = 0; draw < traces; draw++) counts[Math.floor(random.uniform() * traces)]!++;
    const [old, now] = [was, is].map((sample) => resampledQuantiles(sample, counts, levels)) as [number[], number[]];
    for (const index of levels.keys()) {
      after[index]![replicate] = now[index]!;
      change[index]![replicate] = now[index]! - old[index]!;
    }
  }
  return { after, change };
}

function resampledQuantiles(
  { latency, trace, order }: Sample,
  counts: Int32Array,
  levels: readonly number[],
): number[] {
  let total = 0;
  for (const each of trace) total += counts[each]!;
  return levels.map((level) => {
    const wanted = level * total;
    let sum = 0;
    for (const row of order) {
      sum += counts[trace[row]!]!;
      if (sum > wanted) return latency[row]!;
    }
    return latency[order.at(-1)!]!;
  });
}

function sentence(api: string, { level, before, after, low, high, change }: PredictedQuantile): string {
  const moved = change.low <= 0 && change.high >= 0 ? "stays within chance:" : after < before ? "falls" : "rises";
  const [unit, scale] =
    Math.max(before, after) >= 1e6 ? ["s", 1e6] : Math.max(before, after) >= 1000 ? ["ms", 1000] : ["µs", 1];
  const [from, to, least, most] = [before, after, low, high].map((value) => Number((value / scale).toPrecision(3)));
  return `p${Number((100 * level).toPrecision(4))} of ${api} ${moved} from ${from} to ${to} ${unit} (${least} to ${most})`;
}
