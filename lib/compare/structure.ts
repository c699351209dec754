import type { Executions } from "../simulate/executions.ts";
import { ks } from "./ks.ts";

/** Shape of traces, whatever their latency: sorted samples, and how often each call graph was seen. */
export interface TraceStructure {
  /** Executions of each trace, ascending. */
  spans: Float64Array;
  /** Levels of each trace's call tree, 1 for an entry execution alone; ascending. */
  depth: Float64Array;
  /** Most executions on one level, for each trace; ascending. */
  width: Float64Array;
  /** Calls of each execution that makes any; ascending. */
  fanOut: Float64Array;
  /** Traces by call graph: the entry API and the distinct (caller, callee) pairs, as text. */
  graphs: Map<string, number>;
}

/** Distances between the shapes of two sets of traces. */
export interface StructureDistance {
  /** KS distances of the samples. */
  spans: number;
  depth: number;
  width: number;
  fanOut: number;
  /** Total variation between the distributions over call graphs, 0 to 1. */
  graphs: number;
  /** Distinct call graphs of either side. */
  distinct: [number, number];
}

/**
 * Measures the shape of traces.
 * @param executions one batch or several, rows of a trace contiguous and callers before their callees
 * @param apiKeys a name for each API index that is the same in everything compared, such as `samplesKey`
 */
export function traceStructure(
  executions: Executions | Iterable<Executions>,
  apiKeys: readonly string[],
): TraceStructure {
  const spans: number[] = [];
  const depth: number[] = [];
  const width: number[] = [];
  const fanOut: number[] = [];
  const graphs = new Map<string, number>();
  const batches = Symbol.iterator in executions ? executions : [executions];
  for (const batch of batches) {
    const level = new Int32Array(batch.length);
    const calls = new Int32Array(batch.length);
    for (let from = 0, to = 0; from < batch.length; from = to) {
      const levels: number[] = [];
      const pairs = new Set<number>();
      while (to < batch.length && batch.trace[to] === batch.trace[from]) {
        const parent = batch.parent[to]!;
        if (parent >= 0) {
          level[to] = level[parent]! + 1;
          calls[parent]!++;
          pairs.add(batch.api[parent]! * apiKeys.length + batch.api[to]!);
        }
        levels[level[to]!] = (levels[level[to]!] ?? 0) + 1;
        to++;
      }
      spans.push(to - from);
      depth.push(levels.length);
      width.push(levels.reduce((most, count) => Math.max(most, count), 0));
      for (let row = from; row < to; row++) if (calls[row]! > 0) fanOut.push(calls[row]!);
      const graph = graphText(batch.api[from]!, pairs, apiKeys);
      graphs.set(graph, (graphs.get(graph) ?? 0) + 1);
    }
  }
  const sorted = (values: number[]) => Float64Array.from(values).sort();
  return { spans: sorted(spans), depth: sorted(depth), width: sorted(width), fanOut: sorted(fanOut), graphs };
}

function graphText(entry: number, pairs: Set<number>, apiKeys: readonly string[]): string {
  const edges = [...pairs].map((pair) => [
    apiKeys[Math.floor(pair / apiKeys.length)]!,
    apiKeys[pair % apiKeys.length]!,
  ]);
  const texts = edges.map((edge) => JSON.stringify(edge)).sort();
  return JSON.stringify([apiKeys[entry]!, ...texts]);
}

/** Compares the shapes of two sets of traces. */
export function structureDistance(a: TraceStructure, b: TraceStructure): StructureDistance {
  return {
    spans: ks(a.spans, b.spans),
    depth: ks(a.depth, b.depth),
    width: ks(a.width, b.width),
    fanOut: ks(a.fanOut, b.fanOut),
    graphs: totalVariation(a.graphs, b.graphs),
    distinct: [a.graphs.size, b.graphs.size],
  };
}

function totalVariation(a: Map<string, number>, b: Map<string, number>): number {
  const total = (counts: Map<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [totalA, totalB] = [total(a), total(b)];
  if (totalA === 0 || totalB === 0) return totalA === totalB ? 0 : 1;
  let distance = 0;
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    distance += Math.abs((a.get(key) ?? 0) / totalA - (b.get(key) ?? 0) / totalB);
  }
  return Math.min(1, distance / 2);
}
