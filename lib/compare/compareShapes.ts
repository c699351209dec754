import { type Dataset, tableOf } from "../traces/dataset.ts";
import { type Ledger, readLedger } from "../traces/ledger.ts";
import { metaTables } from "../traces/meta.ts";
import { ks } from "./ks.ts";
import { samplesKey } from "./latencySamples.ts";
import { readExecutions } from "./readExecutions.ts";
import { traceStructure } from "./structure.ts";

/** Generated traces that the shape is measured on, at most about. */
const shapedTraces = 40_000;

/** How far the shape of generated traces is from that of one profile of Meta's trace-data: KS distances. */
export interface ShapeDistance {
  profile: string;
  /** Traces of the profile. */
  n: number;
  spans: number;
  depth: number;
  width: number;
}

export interface ShapeReport {
  shapes: ShapeDistance[];
  ledger: Ledger;
  generatedLedger: Ledger;
}

const columns = { spans: "trace_size", depth: "call_depth", width: "max_width" } as const;

/**
 * Compares the shape of generated traces with Meta's trace-data, whose rows are traces without their spans. Depth is
 * counted in levels, the entry being the first, and width is the most executions on a level.
 * @param original a data set into which trace-data was read
 * @param generated a data set with its executions built and split
 */
export async function compareShapes(original: Dataset, generated: Dataset): Promise<ShapeReport> {
  const { executions, names } = await readExecutions(generated, shapedTraces);
  const found = traceStructure(executions, names.apis.map(samplesKey));
  const table = tableOf(original, metaTables.metaTraces);
  const profiles = await original.engine.query(
    `SELECT profile, count(*)::DOUBLE AS n FROM ${table} GROUP BY profile ORDER BY profile`,
  );
  const shapes: ShapeDistance[] = [];
  for (const row of profiles) {
    const shape = { profile: String(row.profile), n: Number(row.n), spans: 0, depth: 0, width: 0 };
    for (const [measure, column] of Object.entries(columns) as [keyof typeof columns, string][]) {
      const counts = await original.engine.query(
        `SELECT ${column} AS value, count(*)::DOUBLE AS n FROM ${table} WHERE profile = ? GROUP BY ALL ORDER BY value`,
        [shape.profile],
      );
      const sample = new Float64Array(shape.n);
      let at = 0;
      for (const { value, n } of counts) {
        sample.fill(Number(value), at, at + Number(n));
        at += Number(n);
      }
      shape[measure] = ks(found[measure], sample);
    }
    shapes.push(shape);
  }
  return { shapes, ledger: await readLedger(original), generatedLedger: await readLedger(generated) };
}
