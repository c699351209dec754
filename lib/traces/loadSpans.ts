import { createHash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Engine } from "../engine/engine.ts";
import { literal } from "../engine/sql.ts";
import { makeFolder } from "../files/makeFolder.ts";
import { type Dataset, tableOf } from "./dataset.ts";
import { type ReadOptions, readTraces } from "./readTraces.ts";
import { spanColumns } from "./spans.ts";

const { file: _file, row: _row, ...recorded } = spanColumns;

/** The columns of a table of loaded spans, as DuckDB names their types; it is partitioned by `day`. */
export const loadedColumns = {
  ...recorded,
  /** µs since the files' epoch, exact to the ns. */
  start: "DECIMAL(20, 3)",
  day: "VARCHAR",
} as const;

/** A file whose spans are in the folder. */
export interface LoadedFile {
  path: string;
  /** Stored bytes. */
  size: number;
  spans: number;
}

export interface LoadOptions extends ReadOptions {
  /** Told of each file: its place among all, and whether it was there already. */
  onFile?: (file: LoadedFile, index: number, total: number, known: boolean) => void;
}

/** What the folder holds; names that begin with _ are no data to metastores. */
const manifest = "_loaded.json";

/**
 * Writes the spans of trace files as Parquet into a folder: `day=2023-11-14/…`, within each file sorted by trace and
 * start. A file is read whole or not at all, and listed in `_loaded.json` once it is there, so that a load that was
 * broken off goes on where it was; what it left of a file is removed. One load at a time may write to a folder. A file that has another size than when it was loaded is loaded anew.
 * @param engine native DuckDB, which writes files
 * @returns every file that the folder holds now
 */
export async function loadSpans(
  engine: Engine,
  addresses: readonly string[],
  folder: string,
  { onFile, ...reading }: LoadOptions = {},
): Promise<LoadedFile[]> {
  await makeFolder(folder);
  const loaded = new Map((await readManifest(folder)).map((file) => [file.path, file]));
  await removeLeft(engine, folder, [...loaded.keys()]);
  const files = (await Promise.all(addresses.map((address) => engine.files(address)))).flat();
  for (const [index, { path, size }] of files.entries()) {
    reading.signal?.throwIfAborted();
    const known = loaded.get(path)?.size === size;
    const file = known ? loaded.get(path)! : { path, size, spans: await loadFile(engine, path, folder, reading) };
    loaded.set(path, file);
    if (!known) await writeManifest(folder, [...loaded.values()]);
    onFile?.(file, index, files.length, known);
  }
  return [...loaded.values()];
}

/** Removes what a load that was broken off wrote of files that are not in the manifest: a table would count it. */
async function removeLeft(engine: Engine, folder: string, loaded: readonly string[]): Promise<void> {
  const names = new Set(loaded.map(nameOf));
  for (const { path } of await engine.files(join(folder, "day=*", "*.parquet")).catch(() => [])) {
    const [, name] = /^([0-9a-f]{16})_[^/]*$/.exec(basename(path)) ?? [];
    if (name !== undefined && !names.has(name)) await rm(path);
  }
}

/** What the names of a file's Parquet files begin with. */
function nameOf(path: string): string {
  return createHash("md5").update(path).digest("hex").slice(0, 16);
}

async function loadFile(engine: Engine, path: string, folder: string, reading: ReadOptions): Promise<number> {
  const dataset: Dataset = { engine, schema: "loading" };
  await readTraces(dataset, [path], reading);
  const name = nameOf(path);
  for (const { path: left } of await engine.files(join(folder, "day=*", `${name}_*.parquet`)).catch(() => []))
    await rm(left);
  const day = "strftime(make_timestamp_ns(origin_ns + round(s.start * 1000)::BIGINT), '%Y-%m-%d')";
  const values: Record<string, string> = { start: exactMicros, day };
  const list = Object.keys(loadedColumns).map((column) => `${values[column] ?? column} AS "${column}"`);
  await engine.query(`
    COPY (SELECT ${list.join(", ")} FROM ${tableOf(dataset, "spans")} s, ${tableOf(dataset, "origin")}
      ORDER BY day, trace, s.start, id)
    TO ${literal(folder)} (FORMAT parquet, PARTITION_BY (day), APPEND, FILENAME_PATTERN ${literal(`${name}_{uuid}`)})`);
  const counted = await engine.query(`SELECT count(*)::DOUBLE AS n FROM ${tableOf(dataset, "spans")}`);
  await engine.query('DROP SCHEMA "loading" CASCADE');
  return Number(counted.get(0)!.n);
}

/** Whole ns to µs with three decimals: division would go through doubles. */
const exactMicros = `
  ((origin_ns::HUGEINT + round(s.start * 1000)::BIGINT)::DECIMAL(38, 0) * 0.001::DECIMAL(4, 3))::DECIMAL(20, 3)`;

async function readManifest(folder: string): Promise<LoadedFile[]> {
  const text = await readFile(join(folder, manifest), "utf8").catch(() => "[]");
  return JSON.parse(text) as LoadedFile[];
}

async function writeManifest(folder: string, files: readonly LoadedFile[]): Promise<void> {
  const beside = join(folder, `${manifest}.part`);
  await writeFile(beside, `${JSON.stringify(files, undefined, 1)}\n`);
  await rename(beside, join(folder, manifest));
}
