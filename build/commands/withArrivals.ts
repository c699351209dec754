import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cancellable } from "../../lib/engine/cancellable.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { requireExecutions } from "../../lib/executions/requireExecutions.ts";
import type { StructureRule } from "../../lib/executions/structureRules.ts";
import { recordedArrivals } from "../../lib/export/go/recordedArrivals.ts";
import { type ReadOptions, readTraces } from "../../lib/traces/readTraces.ts";
import { withDataset } from "./withDataset.ts";

/** Runs `use` with the options that name a file of the traces' recorded arrivals; with none where there are no traces. */
export async function withArrivals<Result>(
  traces: readonly string[] | undefined,
  reading: ReadOptions & { without?: readonly StructureRule[] },
  use: (options: { arrivals?: string }) => Promise<Result>,
): Promise<Result> {
  if (traces === undefined) return use({});
  const text = await withDataset({}, async ({ engine, schema }) => {
    const dataset = { engine: cancellable(engine, reading.signal), schema };
    await readTraces(dataset, [...traces], reading);
    await buildExecutions(dataset, reading.without);
    await requireExecutions(dataset);
    return recordedArrivals(dataset);
  });
  const folder = await mkdtemp(join(tmpdir(), "palette-arrivals-"));
  try {
    const arrivals = join(folder, "arrivals.csv");
    await writeFile(arrivals, text);
    return await use({ arrivals });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
