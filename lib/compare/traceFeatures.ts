import type { ExecutionParts } from "./executionParts.ts";

/**
 * What traces look like in figures, a row for each: latency of the entry execution, executions, depth, and of each API
 * asked for how often it ran and its own time in all.
 * @param apis numbers of APIs (see ApiNumbers)
 * @returns rows of 3 + 2 · apis.length figures, one after another; times in µs
 */
export function traceFeatures(parts: ExecutionParts, apis: readonly number[]): Float64Array[] {
  const column = new Map(apis.map((api, index) => [api, 3 + 2 * index]));
  const level = new Int32Array(parts.length);
  const found: Float64Array[] = [];
  let features = new Float64Array();
  for (let row = 0; row < parts.length; row++) {
    const above = parts.parent[row]!;
    if (above < 0) {
      features = new Float64Array(3 + 2 * apis.length);
      features[0] = parts.duration[row]!;
      found.push(features);
    } else level[row] = level[above]! + 1;
    features[1]!++;
    features[2] = Math.max(features[2]!, level[row]!);
    const own = column.get(parts.api[row]!);
    if (own === undefined) continue;
    features[own]!++;
    features[own + 1]! += parts.own[row]!;
  }
  return found;
}
