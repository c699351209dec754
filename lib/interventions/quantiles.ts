import { sampleQuantile } from "../compare/quantileErrors.ts";
import type { Topology } from "../topology/topology.ts";

/** A sample as the values of a table: sorted, and at the grid's levels where it has more values than the grid. */
export function quantiles({ quantileGrid }: Pick<Topology, "quantileGrid">, sample: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(sample).sort();
  if (sorted.length < quantileGrid.length) return [...sorted];
  return quantileGrid.map((level) => Number(sampleQuantile(sorted, level).toPrecision(6)));
}
