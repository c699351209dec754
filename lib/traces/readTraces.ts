import { literal } from "../engine/sql.ts";
import type { RepairMode } from "./alibabaCalls.ts";
import type { ColumnMapping } from "./columnMapping.ts";
import { type Dataset, tableOf } from "./dataset.ts";
import type { FormatName } from "./detectFormat.ts";
import { findTraceFiles, type Skipped, skippedFor } from "./findTraceFiles.ts";
import { metaTables } from "./meta.ts";
import { readJson } from "./readJson.ts";
import { readTables, type TabularFile } from "./readTables.ts";
import { createRecordTables, recordColumns, shiftToOrigin } from "./records.ts";
import { createSpanTables } from "./spans.ts";

export interface ReadOptions {
  /** How every file is to be read, whatever its content says. */
  format?: FormatName | "auto";
  /** What the columns of CSV and Parquet files hold. */
  mapping?: ColumnMapping;
  /** Further columns or tags of spans, kept in the table `properties`. */
  properties?: readonly string[];
  /** How much of Alibaba's traces is put right (see alibabaCalls.ts): `rebuild` unless said. */
  repair?: RepairMode;
  signal?: AbortSignal;
  /** Told the finished share, 0 to 1, and the file that is being read. */
  onProgress?: (share: number, path: string) => void;
}

export interface ReadFile {
  path: string;
  format: FormatName;
  /** Records read: accepted, merged or rejected. */
  rows: number;
}

export interface ReadTraces {
  /** Files that were read, in the order in which their addresses were given. */
  files: ReadFile[];
  /** Files that were left out, and why. */
  skipped: Skipped[];
}

/**
 * Reads trace files into a data set: the tables `spans`, `files`, `ledger` and `skipped` (see spans.ts), `rejected`,
 * `properties` and `origin` (see records.ts), and `meta_*` (see meta.ts) where Meta's summaries are among the files.
 * An address is a file, a glob or a folder. Each file's format is found from its content (see detectFormat.ts); files
 * of several formats may be read at once. A file that cannot be read is left out with its reason, and the rest is
 * read. Throws an Error of one line, which names a file and what is wrong with it, where nothing at all could be read.
 */
export async function readTraces(
  dataset: Dataset,
  addresses: readonly string[],
  { format = "auto", mapping, properties = [], repair = "rebuild", signal, onProgress }: ReadOptions = {},
): Promise<ReadTraces> {
  const { engine } = dataset;
  await createSpanTables(dataset);
  await createRecordTables(dataset);
  for (const table of Object.values(metaTables)) await engine.query(`DROP TABLE IF EXISTS ${tableOf(dataset, table)}`);
  const { found, skipped } = await findTraceFiles(engine, addresses, { format, mapping, signal });
  const read: (ReadFile & { file: number })[] = [];
  const total = found.reduce((sum, { size }) => sum + size, 0);
  let bytesRead = 0;
  const progress = (bytes: number, path: string) => onProgress?.(Math.min(1, bytes / Math.max(1, total)), path);

  const tables: TabularFile[] = [];
  for (const [file, { path, size, detected }] of found.entries()) {
    if ("table" in detected) {
      tables.push({ file, path, size, format: detected.format, table: detected.table });
      continue;
    }
    progress(bytesRead, path);
    try {
      const { rows } = await readJson(dataset, { file, path, format: detected.json }, { signal, properties });
      read.push({ file, path, format: detected.format, rows });
    } catch (error) {
      signal?.throwIfAborted();
      skipped.push(skippedFor(error, path));
    }
    bytesRead += size;
  }
  const staged = await readTables(dataset, tables, {
    mapping,
    properties,
    repair,
    signal,
    onFile: ({ file, path, format }, outcome) => {
      if ("rows" in outcome) read.push({ file, path, format, rows: outcome.rows });
      else skipped.push(skippedFor(outcome.error, path));
    },
    onProgress: (bytes, path) => progress(bytesRead + bytes, path),
  });
  const records = tableOf(dataset, "records");
  await shiftToOrigin(dataset, [
    { tables: [records], relation: records, columns: Object.keys(recordColumns) },
    ...staged,
  ]);
  read.sort((a, b) => a.file - b.file);
  await keep(
    dataset,
    "files",
    read.map(({ file, path, format, rows }) => `(${file}, ${literal(path)}, '${format}', ${rows})`),
  );
  await keep(
    dataset,
    "skipped",
    skipped.map(({ path, rule, reason }) => `(${literal(path)}, '${rule}', ${literal(reason)})`),
  );
  await refuseNothing(dataset, addresses, read, skipped);
  return { files: read.map(({ path, format, rows }) => ({ path, format, rows })), skipped };
}

async function keep(dataset: Dataset, table: string, values: readonly string[]): Promise<void> {
  if (values.length > 0)
    await dataset.engine.query(`INSERT INTO ${tableOf(dataset, table)} VALUES ${values.join(", ")}`);
}

/** Throws where no record was accepted, and says why with the first file that could have had some. */
async function refuseNothing(
  dataset: Dataset,
  addresses: readonly string[],
  read: readonly ReadFile[],
  skipped: readonly Skipped[],
): Promise<void> {
  if (read.length === 0) {
    const [first] = skipped;
    if (!first) throw new Error("no file was named");
    const others =
      skipped.length > 1 ? ` (and ${skipped.length - 1} more of ${addresses.join(", ")} cannot be read)` : "";
    throw new Error(`${first.path}: ${first.reason}${others}`);
  }
  const rejected = await dataset.engine.query(`
    SELECT f.path, r.row::DOUBLE AS row, r.rule, r."column", r.value FROM ${tableOf(dataset, "rejected")} r
    JOIN ${tableOf(dataset, "files")} f USING (file)
    WHERE (SELECT sum(rows_read) FROM ${tableOf(dataset, "files")}) = (SELECT count(*) FROM ${tableOf(dataset, "rejected")})
    ORDER BY r.file, r.row LIMIT 1`);
  const fault = rejected.get(0);
  if (fault) {
    const column = fault.column ? `, column ${String(fault.column)}` : "";
    const value = fault.value === null ? "" : ` ${JSON.stringify(String(fault.value).slice(0, 80))}`;
    throw new Error(
      `${String(fault.path)}, row ${Number(fault.row)}${column}: ${String(fault.rule)}${value}; no row can be read`,
    );
  }
  if (read.every(({ rows }) => rows === 0)) throw new Error(`${read[0]!.path}: no record of a trace`);
}
