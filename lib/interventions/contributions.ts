import { sampleQuantile } from "../compare/quantileErrors.ts";
import { compile } from "../simulate/compile.ts";
import { simulate } from "../simulate/simulate.ts";
import type { Topology } from "../topology/topology.ts";
import { latencyTrees } from "./latencyTrees.ts";

/** What an API is to the latency of a root. */
export interface Contribution {
  api: string;
  /** Mean own time that the root waits for, µs a trace. */
  mean: number;
  /** Share of the root's mean latency. */
  share: number;
  /** Share of the root's traces that wait for the API: in which it is on the critical path. */
  critical: number;
  /** What the root's p99 would fall, µs, for each share that the API's own time falls by: ∂p99 / ∂ln own time. */
  p99: number;
}

export interface ContributionOptions {
  /** Traces simulated; 20,000 unless told. */
  traces?: number;
  seed?: number;
}

/** Traces between these levels stand for the p99. */
const around = [0.985, 0.995] as const;

/**
 * What each API contributes to the latency of an entry API, and how far the p99 follows its own time. The derivative is
 * the mean of the API's time on the critical path in traces whose latency is about the p99 (L. J. Hong, "Estimating
 * quantile sensitivities", Operations Research 57, 2009). Network is no API's own time. The largest come first.
 * @throws Error of one line where the API begins no trace
 */
export function contributions(topology: Topology, root: string, options: ContributionOptions = {}): Contribution[] {
  const entry = topology.workload.mix.find(({ api }) => api === root);
  if (entry === undefined) throw new Error(`${JSON.stringify(root)} is no entry API`);
  const alone = { ...topology, workload: { ...topology.workload, mix: [{ ...entry, probability: 1 }] } };
  const { traces = 20_000, seed = 1 } = options;
  const trees = latencyTrees(topology, simulate(compile(alone), { traces, seed }));
  const { executions, own, lambda, longest } = trees;
  const { length, parent, api, trace, duration } = executions;
  const sorted = Float64Array.from(trees.roots, (row) => duration[row]!).sort();
  const [low, high] = around.map((level) => sampleQuantile(sorted, level)) as [number, number];
  const { length: count } = topology.apis;
  const mean = new Float64Array(count);
  const tail = new Float64Array(count);
  const seen = new Int32Array(count).fill(-1);
  const critical = new Int32Array(count);
  /** How far the root waits for each execution: the product of λ along the critical path, 0 off it. */
  const weight = new Float64Array(length);
  let tails = 0;
  let inTail = false;
  for (let row = 0; row < length; row++) {
    const caller = parent[row]!;
    if (caller < 0) {
      inTail = duration[row]! >= low && duration[row]! <= high;
      if (inTail) tails++;
    }
    weight[row] = caller < 0 ? 1 : longest[row] === 1 ? weight[caller]! * lambda[row]! : 0;
    if (weight[row] === 0) continue;
    const index = api[row]!;
    const waited = weight[row]! * own[row]!;
    mean[index]! += waited / traces;
    if (inTail) tail[index]! += waited;
    if (seen[index] !== trace[row]) critical[index]!++;
    seen[index] = trace[row]!;
  }
  const total = sorted.reduce((sum, latency) => sum + latency, 0) / traces;
  return topology.apis
    .map(({ id }, index) => ({
      api: id,
      mean: mean[index]!,
      share: total > 0 ? mean[index]! / total : 0,
      critical: critical[index]! / traces,
      p99: tails > 0 ? tail[index]! / tails : 0,
    }))
    .filter(({ critical }) => critical > 0)
    .sort((a, b) => b.p99 - a.p99 || b.mean - a.mean);
}
