import { compile } from "../simulate/compile.ts";
import { simulate } from "../simulate/simulate.ts";
import type { Topology } from "../topology/topology.ts";
import { type Applied, applyInterventions } from "./applyInterventions.ts";
import type { Intervention } from "./operation.ts";
import { pairedBounds, type QuantileBounds, quantileOf, type TracedLatencies } from "./pairedBounds.ts";

/** A quantile of the latency of an API, µs, before and after, with bounds of what is after. */
export interface PredictedQuantile extends QuantileBounds {
  level: number;
  before: number;
  after: number;
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

/**
 * Predicts the latency of an API under interventions: simulates the topology before and after with the same seed for
 * each trace, and bounds quantiles by `pairedBounds`. Where the fit saw fewer executions than are simulated, bounds are
 * those of what so many can tell. They hold for chance, not for a model that is wrong.
 * @throws Error of one line where an intervention cannot be applied, or the API is not run before or after
 */
export function predict(
  topology: Topology,
  interventions: readonly Intervention[],
  options: PredictOptions,
): Prediction {
  const { api, traces = 20_000, seed = 1, levels = [0.5, 0.95, 0.99] } = options;
  const tuned = applyInterventions(topology, interventions);
  const [was, is] = [topology, tuned.topology].map((each) => samples(each, api, traces, seed)) as [
    TracedLatencies,
    TracedLatencies,
  ];
  const executions = topology.apis.find(({ id }) => id === api)!.executions;
  // An API that interventions added rests on no executions: its bounds are those of the simulation.
  const observed = executions > 0 ? executions : was.latency.length;
  const bounds = pairedBounds(was, is, levels, { observed, seed });
  const quantiles = levels.map((level, index) => ({
    level,
    before: quantileOf(was, level),
    after: quantileOf(is, level),
    ...bounds[index]!,
  }));
  const few = executions < was.latency.length ? [`bounds rest on the ${executions} executions that the fit saw`] : [];
  return {
    api,
    executions,
    before: was.latency,
    after: is.latency,
    quantiles,
    text: [...quantiles.map((quantile) => sentence(api, quantile)), ...few].join("; "),
    tuned,
  };
}

function samples(topology: Topology, id: string, traces: number, seed: number): TracedLatencies {
  const { mix } = topology.workload;
  const entry = mix.find(({ api }) => api === id);
  const workload = { ...topology.workload, mix: entry ? [{ ...entry, probability: 1 }] : mix };
  const { length, api, parent, trace, duration } = simulate(compile({ ...topology, workload }), { traces, seed });
  const index = topology.apis.findIndex((each) => each.id === id);
  const rows: number[] = [];
  for (let row = 0; row < length; row++) if (api[row] === index && (!entry || parent[row]! < 0)) rows.push(row);
  if (rows.length === 0) throw new Error(`predict: no trace comes to the API ${JSON.stringify(id)}`);
  rows.sort((a, b) => duration[a]! - duration[b]! || a - b);
  return {
    latency: Float64Array.from(rows, (row) => duration[row]!),
    trace: Int32Array.from(rows, (row) => trace[row]!),
  };
}

/** A quantile before and after in words: how it moves, or that what it does cannot be told from chance. */
function sentence(api: string, { level, before, after, low, high, change }: PredictedQuantile): string {
  const name = `p${Number((100 * level).toPrecision(4))} of ${api}`;
  const largest = Math.max(before, after);
  const [unit, scale] = largest >= 1e6 ? ["s", 1e6] : largest >= 1000 ? ["ms", 1000] : ["µs", 1];
  const shown = (value: number) => Number((value / scale).toPrecision(3));
  const range = (bounds: { low: number; high: number }) => `(${shown(bounds.low)} to ${shown(bounds.high)})`;
  if (change.low === 0 && change.high === 0) return `${name} stays at ${shown(after)} ${unit} ${range({ low, high })}`;
  if (change.low <= 0 && change.high >= 0)
    return `${name}: no change that can be told (${signed(shown(change.low))} to ${signed(shown(change.high))} ${unit}), ${shown(before)} before and ${shown(after)} after`;
  const moves = `${name} ${after < before ? "falls" : "rises"} from ${shown(before)} to ${shown(after)} ${unit} ${range({ low, high })}`;
  if (before < low || before > high) return moves;
  // The pair tells more than its parts: bounds of what is after may hold what was before.
  const [least, most] = [change.low, change.high].map(Math.abs).sort((a, b) => a - b) as [number, number];
  return `${moves}, trace by trace by ${shown(Math.abs(after - before))} ${range({ low: least, high: most })}`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
