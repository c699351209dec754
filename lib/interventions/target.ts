import { sampleQuantile } from "../compare/quantileErrors.ts";
import { compile } from "../simulate/compile.ts";
import { simulate } from "../simulate/simulate.ts";
import type { Topology } from "../topology/topology.ts";
import { latencyTrees } from "./latencyTrees.ts";
import { rootLatencies } from "./rootLatencies.ts";

/** What is wanted of a topology; absent for no matter. */
export interface Target {
  /** Quantiles of a root's latency, µs at most. */
  root?: { api: string; quantiles: { level: number; most: number }[] };
  /** Mean of all own times of a trace together, µs at most. */
  work?: number;
  /** How many services are left at most; the others are folded into their callers. */
  services?: number;
}

/** A quantity that a target limits: its name, such as `p99 of checkout`, and what it may be at most. */
export interface Limit {
  name: string;
  unit: "us" | "services";
  most: number;
}

/** What a target limits, in the order of `quantities`. */
export function limitsOf({ root, work, services }: Target): Limit[] {
  return [
    ...(root?.quantiles ?? []).map(({ level, most }) => ({
      name: `p${Number((100 * level).toPrecision(4))} of ${root!.api}`,
      unit: "us" as const,
      most,
    })),
    ...(work === undefined ? [] : [{ name: "work of a trace", unit: "us" as const, most: work }]),
    ...(services === undefined ? [] : [{ name: "services", unit: "services" as const, most: services }]),
  ];
}

/** Where a topology's quantities are that a target limits, by simulation. */
export function quantities(
  topology: Topology,
  { root, work, services }: Target,
  options: { traces: number; seed: number },
): number[] {
  const found: number[] = [];
  if (root !== undefined) {
    const sorted = rootLatencies(topology, root.api, options);
    for (const { level } of root.quantiles) found.push(sampleQuantile(sorted, level));
  }
  if (work !== undefined) found.push(workOf(topology, options).mean);
  if (services !== undefined) found.push(topology.services.length);
  return found;
}

/** All own times of a trace together, µs: their mean over simulated traces, and the standard error of that. */
export function workOf(topology: Topology, options: { traces: number; seed: number }): { mean: number; error: number } {
  const { own, executions } = latencyTrees(topology, simulate(compile(topology), options));
  const { traces } = options;
  const byTrace = new Float64Array(traces);
  for (const [row, time] of own.entries()) byTrace[executions.trace[row]!]! += time;
  const mean = byTrace.reduce((sum, each) => sum + each, 0) / traces;
  const variance = byTrace.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, traces - 1);
  return { mean, error: Math.sqrt(variance / traces) };
}

/** Throws one line for a target that wants nothing, or what cannot be. */
export function checkTarget({ workload }: Topology, target: Target): void {
  const limits = limitsOf(target);
  if (limits.length === 0) throw new Error("target: nothing is wanted: give a quantile of a root, work or services");
  for (const { name, most } of limits) {
    if (!(Number.isFinite(most) && most > 0))
      throw new Error(`target: ${name}: ${most} is not a finite number above 0`);
  }
  const { root } = target;
  if (root !== undefined && !workload.mix.some(({ api }) => api === root.api))
    throw new Error(`target: ${JSON.stringify(root.api)} is no entry API`);
  for (const { level } of root?.quantiles ?? [])
    if (!(level > 0 && level < 1)) throw new Error(`target: ${level} is no level of a quantile between 0 and 1`);
}
