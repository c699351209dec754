import type { Topology } from "../topology/topology.ts";
import { applyInterventions } from "./applyInterventions.ts";
import type { Intervention } from "./operation.ts";
import { predict } from "./predict.ts";
import { type Limit, limitsOf, type Target, workOf } from "./target.ts";

/** A quantity that a target limits, before and after interventions, with 95 % bounds of what is after. */
export interface Aim extends Limit {
  before: number;
  after: number;
  low: number;
  high: number;
}

/** Traces that `palette predict` simulates unless told. */
const traces = 20_000;

/** Where interventions bring what a target limits, as `predict` says. */
export function aimsOf(
  topology: Topology,
  interventions: readonly Intervention[],
  target: Target,
  seed: number,
): Aim[] {
  const { root, work, services } = target;
  const found: Pick<Aim, "before" | "after" | "low" | "high">[] = [];
  const { topology: tuned } = applyInterventions(topology, interventions);
  if (root !== undefined && root.quantiles.length > 0) {
    const levels = root.quantiles.map(({ level }) => level);
    const { quantiles } = predict(topology, interventions, { api: root.api, traces, seed, levels });
    for (const { before, after, low, high } of quantiles) found.push({ before, after, low, high });
  }
  if (work !== undefined) {
    const { mean, error } = workOf(tuned, { traces, seed });
    const { mean: before } = workOf(topology, { traces, seed });
    found.push({ before, after: mean, low: mean - 1.96 * error, high: mean + 1.96 * error });
  }
  if (services !== undefined) {
    const { length } = tuned.services;
    found.push({ before: topology.services.length, after: length, low: length, high: length });
  }
  return limitsOf(target).map((limit, index) => ({ ...limit, ...found[index]! }));
}

/** An aim in words: where it was, where it is, and how far that is from what was wanted. */
export function aimText({ name, unit, before, after, low, high, most }: Aim): string {
  const shown = (value: number) => (unit === "us" ? `${Number((value / 1000).toPrecision(4))} ms` : String(value));
  const bounds = low < high ? ` (${shown(low)} to ${shown(high)})` : "";
  const far = after <= most ? "within" : `${Number(((100 * (after - most)) / most).toPrecision(2))} % above`;
  return `${name}: ${shown(after)}${bounds}, was ${shown(before)}; ${far} the ${shown(most)} wanted`;
}
