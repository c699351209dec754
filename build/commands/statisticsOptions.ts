import { access } from "node:fs/promises";
import type { Engine } from "../../lib/engine/engine.ts";
import { readSettings, type StatisticsSettings } from "../../lib/statistics/statisticsFile.ts";
import { UsageError } from "../usageError.ts";
import { readTopologyFile } from "./readTopologyFile.ts";

/** The options of `fit` that go on from a topology's traces. */
export const statisticsOptions = {
  "keep-statistics": { type: "boolean", help: "keep beside the topology what --update needs" },
  update: {
    type: "string",
    value: "topology.json",
    help: "add the files to the traces of this topology, by the statistics kept beside it",
  },
} as const;

/** The options that the statistics of an update hold already. */
const settled = ["name", "seed", "nodes", "sample", "load", "interventions", "repair", "without", "holdout", "report"];

/** Where a topology's statistics are: beside it. */
export function statisticsPath(topology: string): string {
  return `${topology.replace(/\.json$/, "")}.stats.duckdb`;
}

/** Throws a UsageError for options that an update or kept statistics leave no room for. */
export function checkStatisticsOptions(values: Record<string, unknown>): void {
  if (values.update !== undefined) {
    const given = settled.find((option) => values[option] !== undefined);
    if (given) throw new UsageError(`--${given}: an update keeps to what the statistics were made with`);
  }
  if (values["keep-statistics"] || values.update !== undefined) {
    const other = ["holdout", "report", "load"].find((option) => values[option] !== undefined);
    if (other) throw new UsageError(`--${other}: statistics are of all traces, at no load of their own`);
    if (values.engine !== undefined && values.engine !== "duckdb")
      throw new UsageError("--engine: statistics are kept and updated by the embedded engine");
  }
}

/**
 * How the traces of a topology that is to be updated were read and fitted. Throws a UsageError where its statistics are
 * not there, or where it was changed since.
 */
export async function settingsOfUpdate(engine: Engine, topology: string): Promise<StatisticsSettings> {
  const { provenance } = await readTopologyFile(topology);
  const path = statisticsPath(topology);
  await access(path).catch(() => {
    throw new UsageError(`${path}: not there; fit --keep-statistics would have made it beside ${topology}`);
  });
  const settings = await readSettings(engine, path);
  if (JSON.stringify(provenance.interventions) !== JSON.stringify(settings.interventions))
    throw new UsageError(`${topology}: was changed by interventions since its fit; update the one that was fitted`);
  return settings;
}
