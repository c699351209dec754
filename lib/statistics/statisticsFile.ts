import { rename, rm } from "node:fs/promises";
import type { Engine } from "../engine/engine.ts";
import { literal } from "../engine/sql.ts";
import type { StructureRule } from "../executions/structureRules.ts";
import type { Intervention } from "../interventions/operation.ts";
import type { RepairMode } from "../traces/alibabaCalls.ts";

/** How the traces of statistics were read and fitted; traces that are added later go the same way. */
export interface StatisticsSettings {
  name: string;
  seed: number;
  nodes?: readonly string[];
  repair?: RepairMode;
  without: readonly StructureRule[];
  interventions: readonly Intervention[];
}

export interface AboutStatistics {
  /** The data set's origin, ns since 1970, as text: it is no safe integer. */
  origin: string;
  /** µs. */
  resolution: number;
  settings: StatisticsSettings;
}

const version = 1;

/** Runs `use` on the tables of a statistics file, whose catalog has the name that it is given. */
export async function readStatistics<Result>(
  engine: Engine,
  path: string,
  use: (catalog: string, about: AboutStatistics) => Promise<Result>,
): Promise<Result> {
  requireNative(engine);
  const catalog = "known_statistics";
  await engine.query(`ATTACH ${literal(path)} AS ${catalog} (READ_ONLY)`).catch((error: Error) => {
    throw new Error(`${path}: no statistics that --keep-statistics wrote: ${error.message}`, { cause: error });
  });
  try {
    return await use(catalog, await about(engine, catalog, path));
  } finally {
    await engine.query(`DETACH ${catalog}`);
  }
}

/** How the traces of a statistics file were read and fitted. */
export async function readSettings(engine: Engine, path: string): Promise<StatisticsSettings> {
  return readStatistics(engine, path, async (_, { settings }) => settings);
}

/** Writes a statistics file: `fill` makes its tables in the catalog that it is given. The file is there whole or not at all. */
export async function writeStatistics(
  engine: Engine,
  path: string,
  { origin, resolution, settings }: AboutStatistics,
  fill: (catalog: string) => Promise<void>,
): Promise<void> {
  requireNative(engine);
  const [catalog, beside] = ["kept_statistics", `${path}.part`];
  await rm(beside, { force: true });
  await engine.query(`ATTACH ${literal(beside)} AS ${catalog}`);
  try {
    await fill(catalog);
    await engine.query(`
      CREATE TABLE ${catalog}.about AS SELECT ${version} AS version, ${literal(origin)} AS origin,
        ${resolution}::DOUBLE AS resolution, ${literal(JSON.stringify(settings))} AS settings`);
  } catch (error) {
    await engine.query(`DETACH ${catalog}`);
    await rm(beside, { force: true });
    throw error;
  }
  await engine.query(`DETACH ${catalog}`);
  await rename(beside, path);
}

async function about(engine: Engine, catalog: string, path: string): Promise<AboutStatistics> {
  const rows = await engine.query(`FROM ${catalog}.about`).catch(() => undefined);
  const row = rows?.get(0)?.toJSON() as Record<string, unknown> | undefined;
  if (row?.version !== version)
    throw new Error(`${path}: statistics of version ${row?.version ?? "unknown"}, ${version} is expected`);
  return {
    origin: String(row.origin),
    resolution: Number(row.resolution),
    settings: JSON.parse(String(row.settings)) as StatisticsSettings,
  };
}

function requireNative(engine: Engine): void {
  if (engine.kind !== "duckdb-node")
    throw new Error(`statistics are kept and updated by the engine of this machine, not by ${engine.kind}`);
}
