import { compile } from "../simulate/compile.ts";
import { simulate } from "../simulate/simulate.ts";
import type { Topology } from "../topology/topology.ts";

/** The topology whose traces all begin at one entry API. Throws one line where the API begins none. */
export function rootAlone(topology: Topology, root: string): Topology {
  const mix = topology.workload.mix.filter(({ api }) => api === root).map((entry) => ({ ...entry, probability: 1 }));
  if (mix.length === 0) throw new Error(`${JSON.stringify(root)} is no entry API`);
  return { ...topology, workload: { ...topology.workload, mix } };
}

/** Simulated latencies of one entry API, µs and ascending. */
export function rootLatencies(
  topology: Topology,
  root: string,
  { traces, seed }: { traces: number; seed: number },
): Float64Array {
  const { length, parent, duration } = simulate(compile(rootAlone(topology, root)), { traces, seed });
  return duration
    .subarray(0, length)
    .filter((_, row) => parent[row]! < 0)
    .sort();
}
