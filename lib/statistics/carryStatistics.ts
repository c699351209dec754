import { type Dataset, tableOf } from "../traces/dataset.ts";
import { expandCopies } from "./expandCopies.ts";
import { keepStatistics } from "./keepStatistics.ts";
import { mergeStatistics } from "./mergeStatistics.ts";
import { readStatistics, type StatisticsSettings, writeStatistics } from "./statisticsFile.ts";

/** Files of statistics that a fit goes on from, and that it leaves for the next. */
export interface CarriedStatistics {
  /** Statistics of traces that are fitted to together with those that were read. */
  known?: string;
  /** Where the statistics of all of them go; the same file may be read and written. */
  kept?: string;
  /** Traces of one shape that are kept at most: `mostOfShape` unless told. */
  most?: number;
  settings: StatisticsSettings;
}

/**
 * Adds known traces to a data set whose executions are built, and keeps the statistics of them all.
 * @param resolution time resolution of the traces that were read, µs
 * @returns that of all traces, and how many of those that were read are left out because they were known
 */
export async function carryStatistics(
  dataset: Dataset,
  { known, kept, most, settings }: CarriedStatistics,
  resolution: number,
): Promise<{ resolution: number; repeated: number }> {
  const { engine } = dataset;
  const [names, spans] = [tableOf(dataset, "names"), tableOf(dataset, "spans")];
  await engine.query(`ALTER TABLE ${tableOf(dataset, "traces")} ADD COLUMN copies INTEGER DEFAULT 1`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${names} AS
    SELECT n.*, (service, operation) NOT IN (SELECT DISTINCT (service, operation) FROM ${spans}) AS uninstrumented FROM ${names} n`);
  let [finest, repeated] = [resolution, 0];
  if (known !== undefined) {
    await readStatistics(engine, known, async (catalog, about) => {
      finest = Math.min(resolution, about.resolution);
      repeated = await mergeStatistics(dataset, catalog, about);
    });
  }
  if (kept !== undefined) {
    const origin = await engine.query(`SELECT origin_ns::VARCHAR AS ns FROM ${tableOf(dataset, "origin")}`);
    const about = { origin: String(origin.get(0)!.ns), resolution: finest, settings };
    await writeStatistics(engine, kept, about, (catalog) => keepStatistics(dataset, catalog, most));
  }
  if (known !== undefined) await expandCopies(dataset);
  return { resolution: finest, repeated };
}
