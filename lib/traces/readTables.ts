import { literal } from "../engine/sql.ts";
import { alibaba2021 } from "./alibaba2021.ts";
import { alibaba2022 } from "./alibaba2022.ts";
import { type RepairMode, stageAlibabaCalls } from "./alibabaCalls.ts";
import type { ColumnMapping } from "./columnMapping.ts";
import { type Dataset, tableOf } from "./dataset.ts";
import { mapped, spans } from "./mapped.ts";
import { type MetaFormat, metaFormat, metaTables } from "./meta.ts";
import { nezha } from "./nezha.ts";
import { otelTraces } from "./otelTraces.ts";
import type { Staged } from "./records.ts";
import type { RowFormat } from "./rowFormat.ts";
import { type RowFile, type StagedRows, stageRows } from "./stageRows.ts";
import type { TabularFormat } from "./tabularFormats.ts";
import { unknownName } from "./unknownName.ts";

/** A CSV or Parquet file that was detected. */
export interface TabularFile extends RowFile {
  format: TabularFormat | "mapped";
  size: number;
}

export interface ReadTablesOptions {
  mapping?: ColumnMapping;
  /** Names of further columns, or attributes, to keep. */
  properties?: readonly string[];
  repair: RepairMode;
  signal?: AbortSignal;
  /** Told of each file with the number of its records, or with the error that put it aside. */
  onFile: (file: TabularFile, outcome: { rows: number } | { error: unknown }) => void;
  /** Told the number of stored bytes of the files that are read, those of the running query in part. */
  onProgress: (bytes: number, path: string) => void;
}

const spanFormats: Partial<Record<TabularFormat | "mapped", RowFormat>> = { nezha, otelTraces, mapped, spans };
const alibabaFormats = { alibaba2021, alibaba2022 };

/** Most files that one query reads. */
const filesAtOnce = 256;

/**
 * Reads CSV and Parquet files: those of the same format and columns in one query, one by one where one of them turns
 * out to be damaged. Meta's summaries go to their own tables (see meta.ts), all others to staging tables.
 */
export async function readTables(
  dataset: Dataset,
  files: readonly TabularFile[],
  { mapping, properties, repair, signal, onFile, onProgress }: ReadTablesOptions,
): Promise<Staged[]> {
  const staged: Staged[] = [];
  const sides = { alibaba2021: [] as StagedRows[], alibaba2022: [] as StagedRows[] };
  let bytesRead = 0;

  const read = async (group: readonly TabularFile[], name: string): Promise<void> => {
    const { format, path } = group[0]!;
    const bytes = group.reduce((sum, { size }) => sum + size, 0);
    let rows: StagedRows;
    try {
      const share = (share: number) => onProgress(bytesRead + share * bytes, path);
      rows = await stageRows(dataset, name, group, rowFormatOf(format), {
        mapping,
        properties,
        signal,
        onProgress: share,
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (group.length > 1) for (const [i, file] of group.entries()) await read([file], `${name}_${i}`);
      else onFile(group[0]!, { error });
      return;
    }
    for (const file of group) onFile(file, { rows: rows.rows.get(file.file)! });
    bytesRead += bytes;
    if (format in alibabaFormats) sides[format as keyof typeof sides].push(rows);
    else if (format in metaTables) await keepSummary(dataset, format as MetaFormat, rows);
    else {
      await keepProperties(dataset, rows);
      await recordUnknownNames(dataset, rows.relation);
      staged.push(rows);
    }
  };
  for (const [i, group] of groupsOf(files).entries()) await read(group, `staged_${i}`);

  for (const [year, all] of Object.entries(sides)) {
    if (all.length === 0) continue;
    const relations = all.map(({ relation }) => relation);
    staged.push(await stageAlibabaCalls(dataset, year, relations, year === "alibaba2021", repair, signal));
    for (const { tables } of all) await drop(dataset, tables);
  }
  return staged;
}

function rowFormatOf(format: TabularFormat | "mapped"): RowFormat {
  if (format in metaTables) return metaFormat(format as MetaFormat);
  return spanFormats[format] ?? alibabaFormats[format as keyof typeof alibabaFormats];
}

function groupsOf(files: readonly TabularFile[]): TabularFile[][] {
  const groups = new Map<string, TabularFile[]>();
  for (const file of files) {
    const { container, columns, delimiter } = file.table;
    const key = JSON.stringify([file.format, container, delimiter, columns]);
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / filesAtOnce) }, (_, i) =>
      group.slice(i * filesAtOnce, (i + 1) * filesAtOnce),
    ),
  );
}

async function keepSummary(dataset: Dataset, format: MetaFormat, { relation, columns, tables }: StagedRows) {
  const table = tableOf(dataset, metaTables[format]);
  const rows = `SELECT file, row, ${columns.map((name) => `"${name}"`).join(", ")} FROM ${relation}`;
  await dataset.engine.query(`CREATE TABLE IF NOT EXISTS ${table} AS ${rows} LIMIT 0`);
  await dataset.engine.query(`INSERT INTO ${table} ${rows}`);
  await drop(dataset, tables);
}

async function keepProperties(dataset: Dataset, { relation, properties }: StagedRows): Promise<void> {
  for (const [i, name] of properties.entries()) {
    await dataset.engine.query(`
      INSERT INTO ${tableOf(dataset, "properties")}
      SELECT file, row, ${literal(name)}, TRY_CAST(property_${i} AS DOUBLE), property_${i} FROM ${relation}
      WHERE property_${i} <> ''`);
  }
}

async function recordUnknownNames(dataset: Dataset, relation: string): Promise<void> {
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "ledger")} SELECT file, 'unknown-name', 'repaired', count(*), min(row)
    FROM ${relation} WHERE service = '${unknownName}' OR operation = '${unknownName}' GROUP BY file`);
}

async function drop(dataset: Dataset, tables: readonly string[]): Promise<void> {
  for (const table of tables) await dataset.engine.query(`DROP TABLE ${table}`);
}
