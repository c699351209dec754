import { structureDistance } from "../lib/compare/structure.ts";
import type { ModelComparison } from "./compareModels.ts";

/** One measure of the traces' shape, of the held-out original and of generated traces. */
export interface StructureRow {
  measure: string;
  /** Means; for call graphs the number of distinct ones. */
  original: number;
  simple: number;
  gcm: number;
  /** Distances to the held-out original: KS, or total variation for call graphs. */
  floor: number;
  simpleDistance: number;
  gcmDistance: number;
}

const measures = [
  ["spans", "spans a trace"],
  ["depth", "depth: levels of calls"],
  ["width", "width: most spans on a level"],
  ["fanOut", "fan-out: calls of a caller"],
] as const;

/** Compares the shape of the original traces with that of the generated ones. */
export function structureRows({ train, test, simple, gcm }: ModelComparison): StructureRow[] {
  const [floor, bySimple, byGcm] = [train, simple, gcm].map(({ structure }) =>
    structureDistance(structure, test.structure),
  ) as [Distance, Distance, Distance];
  const rows = measures.map(([key, measure]) => ({
    ...{ measure, original: mean(test.structure[key]), simple: mean(simple.structure[key]) },
    ...{ gcm: mean(gcm.structure[key]), floor: floor[key], simpleDistance: bySimple[key], gcmDistance: byGcm[key] },
  }));
  return [
    ...rows,
    {
      ...{ measure: "distinct call graphs", original: test.structure.graphs.size },
      ...{ simple: simple.structure.graphs.size, gcm: gcm.structure.graphs.size },
      ...{ floor: floor.graphs, simpleDistance: bySimple.graphs, gcmDistance: byGcm.graphs },
    },
  ];
}

type Distance = ReturnType<typeof structureDistance>;

function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
