import type { Engine } from "./engine/engine.ts";
import { literal } from "./engine/sql.ts";
import { generator } from "./topology/generator.ts";
import { type Dataset, tableOf } from "./traces/dataset.ts";

/**
 * Builds a data set's executions, unless the tables that an earlier process left have them: from files or tables with the
 * same rows, with the same settings. Only engines whose tables outlive them know (`Engine.fingerprint`).
 * @param settings whatever else the executions follow from
 * @param build fills the data set's tables and returns its time resolution, µs; null where it has no executions
 * @returns that resolution, and whether the tables were there already
 */
export async function buildOnce(
  dataset: Dataset,
  addresses: readonly string[],
  settings: unknown,
  build: () => Promise<number | null>,
): Promise<{ resolution: number | null; known: boolean }> {
  const { engine } = dataset;
  if (engine.fingerprint === undefined) return { resolution: await build(), known: false };
  const key = await keyOf(engine, addresses, settings);
  const steps = tableOf(dataset, "steps");
  const known = await engine
    .query(`SELECT resolution FROM ${steps} WHERE step = 'executions' AND key = ?`, [key])
    .catch(() => undefined);
  if (known?.numRows === 1) return { resolution: Number(known.get(0)!.resolution), known: true };
  await engine.query(`CREATE SCHEMA IF NOT EXISTS "${dataset.schema.replaceAll('"', '""')}"`);
  await engine.query(`CREATE OR REPLACE TABLE ${steps} (step VARCHAR, key VARCHAR, resolution DOUBLE)`);
  const resolution = await build();
  if (resolution !== null)
    await engine.query(`INSERT INTO ${steps} VALUES ('executions', ${literal(key)}, ${resolution}::DOUBLE)`);
  return { resolution, known: false };
}

async function keyOf(engine: Engine, addresses: readonly string[], settings: unknown): Promise<string> {
  const files: string[] = [];
  for (const address of addresses)
    for (const { path } of await engine.files(address)) files.push(`${path} ${await engine.fingerprint!(path)}`);
  return JSON.stringify([generator, files, settings]);
}
