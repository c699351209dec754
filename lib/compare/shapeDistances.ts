import type { ApiShapes, ShapeSamples } from "./apiShapes.ts";
import type { ComparedApi } from "./compareSamples.ts";
import { ks } from "./ks.ts";
import { samplesKey } from "./latencySamples.ts";

/** KS distances of the size and of the depth of the call trees below executions; 1 where an API never ran. */
export interface ShapeDistance {
  size: number;
  depth: number;
}

/** An entry of a report, with the distances of its shape; `shape` is null where the sample has none of its traces. */
export type ShapedApi<Model extends string> = ComparedApi<Model> & {
  shape: Record<Model | "floor", ShapeDistance> | null;
};

/**
 * Adds to the entries of a report how far the call trees below their executions are from the held-out original's.
 * @param list which of the shapes the entries are of
 * @param shapes of the held-out half (`test`), of the other half (`floor`) and of each model
 */
export function withShapes<Model extends string>(
  entries: readonly ComparedApi<Model>[],
  list: keyof ApiShapes,
  shapes: Record<Model | "floor" | "test", ApiShapes>,
): ShapedApi<Model>[] {
  const columns = (Object.keys(shapes) as (Model | "floor" | "test")[]).filter((name) => name !== "test");
  return entries.map((entry) => {
    const key = samplesKey({ service: entry.service, name: entry.api });
    const test = shapes.test[list].get(key);
    const distances = columns.map((column) => [column, test && distance(shapes[column][list].get(key), test)]);
    return { ...entry, shape: test ? (Object.fromEntries(distances) as ShapedApi<Model>["shape"]) : null };
  });
}

function distance(found: ShapeSamples | undefined, test: ShapeSamples): ShapeDistance {
  return found ? { size: ks(found.size, test.size), depth: ks(found.depth, test.depth) } : { size: 1, depth: 1 };
}
