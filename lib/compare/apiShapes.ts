import type { Executions } from "../simulate/executions.ts";
import { type ApiNames, samplesKey } from "./latencySamples.ts";

/** Sizes and depths of what executions of one API set off, ascending. */
export interface ShapeSamples {
  /** Executions in the call tree below each execution, itself included. */
  size: Float64Array;
  /** Levels of that tree, 1 where it makes no call. */
  depth: Float64Array;
}

/** Shapes by API (see samplesKey): of all executions, and of entry executions alone, whose tree is the trace. */
export interface ApiShapes {
  apis: Map<string, ShapeSamples>;
  roots: Map<string, ShapeSamples>;
}

/**
 * Measures the call tree below every execution.
 * @param executions callers before their callees
 */
export function apiShapes({ length, parent, api }: Executions, names: ApiNames): ApiShapes {
  const size = new Int32Array(length).fill(1);
  const depth = new Int32Array(length).fill(1);
  for (let row = length - 1; row >= 0; row--) {
    const above = parent[row]!;
    if (above < 0) continue;
    size[above] += size[row]!;
    depth[above] = Math.max(depth[above]!, depth[row]! + 1);
  }
  const serviceName = new Map(names.services.map(({ id, name }) => [id, name]));
  const collect = (counts: (row: number) => boolean) => {
    const rows: number[][] = names.apis.map(() => []);
    for (let row = 0; row < length; row++) if (counts(row)) rows[api[row]!]!.push(row);
    return new Map(
      names.apis.flatMap(({ service, name }, index) => {
        const own = rows[index]!;
        if (own.length === 0) return [];
        const sorted = (of: Int32Array) => Float64Array.from(own, (row) => of[row]!).sort();
        const key = samplesKey({ service: serviceName.get(service) ?? service, name });
        return [[key, { size: sorted(size), depth: sorted(depth) }] as const];
      }),
    );
  };
  return { apis: collect(() => true), roots: collect((row) => parent[row]! < 0) };
}
