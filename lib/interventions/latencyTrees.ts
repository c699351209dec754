import type { Executions } from "../simulate/executions.ts";
import type { Topology } from "../topology/topology.ts";

/** Simulated traces taken apart: what each execution's latency is made of, µs. */
export interface LatencyTrees {
  executions: Executions;
  /** Rows of entry executions. */
  roots: Int32Array;
  /** Own time of each execution: its duration less the longest λ·waited of each stage. */
  own: Float64Array;
  /** λ of each execution's call; 0 where its caller does not wait. */
  lambda: Float64Array;
  /** 1 where the execution's call is the longest of its stage. */
  longest: Uint8Array;
}

/** Takes simulated traces of a topology apart. Attempts of a call that was made again count as concurrent. */
export function latencyTrees(topology: Topology, executions: Executions): LatencyTrees {
  const { length, parent, edge, stage, asynchronous, waited, duration } = executions;
  const factors = new Map(topology.apis.flatMap(({ gcm }) => gcm.lambda.map(({ edge: id, value }) => [id, value])));
  const byEdge = Float64Array.from(topology.edges, ({ id }) => factors.get(id) ?? 1);
  const lambda = new Float64Array(length);
  const longest = new Uint8Array(length);
  const own = new Float64Array(length);
  /** For each row: the stage under way (going backwards), its longest call so far, and what later stages took. */
  const current = new Int32Array(length).fill(-1);
  const best = new Int32Array(length).fill(-1);
  const stages = new Float64Array(length);
  const close = (row: number) => {
    if (best[row]! < 0) return;
    longest[best[row]!] = 1;
    stages[row]! += waited[best[row]!]! * lambda[best[row]!]!;
    best[row] = -1;
  };
  const roots: number[] = [];
  for (let row = length - 1; row >= 0; row--) {
    close(row);
    own[row] = duration[row]! - stages[row]!;
    const caller = parent[row]!;
    if (caller < 0) {
      roots.push(row);
      continue;
    }
    if (asynchronous[row] === 1) continue;
    lambda[row] = byEdge[edge[row]!]!;
    if (current[caller] !== stage[row]) close(caller);
    current[caller] = stage[row]!;
    const rival = best[caller]!;
    if (rival < 0 || waited[row]! * lambda[row]! > waited[rival]! * lambda[rival]!) best[caller] = row;
  }
  return { executions, roots: Int32Array.from(roots.reverse()), own, lambda, longest };
}

/**
 * The latencies of entry executions, µs and in the order of `roots`, if own times were multiplied: the same traces with
 * the same random numbers, so that a difference is the factors' alone.
 * @param factors by index of the API
 */
export function rescaledLatencies(
  { executions, roots, own, lambda }: LatencyTrees,
  factors: Float64Array,
): Float64Array {
  const { length, parent, stage, api, waited, duration } = executions;
  const current = new Int32Array(length).fill(-1);
  const best = new Float64Array(length);
  const stages = new Float64Array(length);
  const latencies = new Float64Array(roots.length);
  let root = roots.length;
  for (let row = length - 1; row >= 0; row--) {
    const latency = own[row]! * factors[api[row]!]! + stages[row]! + best[row]!;
    const caller = parent[row]!;
    if (caller < 0) {
      latencies[--root] = latency;
      continue;
    }
    if (lambda[row] === 0) continue;
    if (current[caller] !== stage[row]) {
      stages[caller]! += best[caller]!;
      best[caller] = 0;
      current[caller] = stage[row]!;
    }
    const took = (latency + waited[row]! - duration[row]!) * lambda[row]!;
    if (took > best[caller]!) best[caller] = took;
  }
  return latencies;
}
