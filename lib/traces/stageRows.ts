import type { Scan } from "../engine/engine.ts";
import { identifier, literal } from "../engine/sql.ts";
import type { ColumnMapping } from "./columnMapping.ts";
import { type Dataset, tableOf } from "./dataset.ts";
import type { TableFile } from "./detectFormat.ts";
import { repairDoubled } from "./repairDoubled.ts";
import type { Column, Columns, RowExpressions, RowFormat } from "./rowFormat.ts";

/** A file of rows, by its index in `files`. */
export interface RowFile {
  file: number;
  path: string;
  table: TableFile;
}

/** Rows of files in a staging table. */
export interface StagedRows {
  /** The tables behind the relation, quoted. */
  tables: string[];
  /** A relation over the rows that stay: `file`, `row`, the format's columns, and `property_0`, `property_1`, ... */
  relation: string;
  /** Names of the format's columns, and of its properties. */
  columns: string[];
  properties: string[];
  /** Records read, by index of the file. */
  rows: Map<number, number>;
}

export interface StageOptions {
  mapping?: ColumnMapping;
  /** Names of further columns, or attributes, to keep. */
  properties?: readonly string[];
  signal?: AbortSignal;
  /** Told the finished share, 0 to 1. */
  onProgress?: (share: number) => void;
}

/** Stands between rule, column and value in a staged row's `fault`. */
const separator = "chr(31)";

/** How much of a value that broke a rule is kept, in characters. */
const shown = 200;

/**
 * Reads files of one format, with the same columns, into a staging table in one pass. Rows that break a check, and
 * lines that do not fit the header (`malformed-line`), are counted as rejected in `ledger` and listed in `rejected`.
 * Throws an Error of one line where a file is damaged; nothing of these files is in the tables then.
 */
export async function stageRows(
  dataset: Dataset,
  name: string,
  files: readonly RowFile[],
  format: RowFormat,
  { mapping, properties = [], signal, onProgress }: StageOptions = {},
): Promise<StagedRows> {
  const { engine } = dataset;
  const [table, malformed] = [tableOf(dataset, name), tableOf(dataset, `${name}_malformed`)];
  const { container, columns: names, delimiter } = files[0]!.table;
  const paths = files.map(({ path }) => path);
  const scan = await engine.scan(
    paths,
    container === "csv" ? { format: "csv", columns: names, delimiter } : { format: container },
  );
  try {
    const columns = await columnsOf(dataset, scan, container);
    const expressions = withProperties(format(columns, mapping), columns, properties);
    const indices = `[${files.map(({ file }) => file).join(", ")}]`;
    const staged = (source: string, file: string, record: string) => select(expressions, source, file, record);
    const record = container === "table" ? rowHash(expressions) : "NULL::BIGINT";
    const read = staged(scan.relation, `list_extract(${indices}, ${scan.file} + 1)`, record);
    await engine.query(`CREATE OR REPLACE TABLE ${table} AS ${read}`, [], { signal, onProgress });
    const rejects = `(SELECT list_extract(${indices}, file + 1)::INTEGER AS file, record, reason FROM ${await scan.rejects()})`;
    await engine.query(`CREATE OR REPLACE TABLE ${malformed} AS SELECT *, false AS repaired FROM ${rejects}`);
    const left = await engine.query(`SELECT count(*)::DOUBLE AS n FROM ${malformed}`);
    const anyLeft = Number(left.get(0)!.n) > 0;
    if (anyLeft && expressions.doubledColumn) {
      await repairDoubled(dataset, { files, scan, malformed, doubled: expressions.doubledColumn, table, staged });
    }
    if (anyLeft) await recordMalformed(dataset, malformed);
    const relation = container === "table" ? hashed(table) : numbered(table, anyLeft ? malformed : null);
    await recordFaults(dataset, relation);
    await replaceNul(dataset, table, relation, Object.keys(expressions.values));
    const rows = await countRows(dataset, files, table, malformed);
    return {
      tables: [table, malformed],
      relation: `(SELECT * FROM ${relation} WHERE fault IS NULL)`,
      columns: Object.keys(expressions.values),
      properties: Object.keys(expressions.properties ?? {}),
      rows,
    };
  } catch (error) {
    for (const left of [table, malformed]) await engine.query(`DROP TABLE IF EXISTS ${left}`);
    throw error;
  } finally {
    await scan.release();
  }
}

/** A format's expressions with further columns, or attributes, that the file has. */
function withProperties(expressions: RowExpressions, columns: Columns, names: readonly string[]): RowExpressions {
  const { attribute, properties = {} } = expressions;
  const found = names.flatMap((name) => {
    if (Object.hasOwn(properties, name)) return [];
    const column = columns(name);
    const sql = column ? `${column.sql}::VARCHAR` : attribute?.(name);
    return sql === undefined ? [] : [[name, sql] as const];
  });
  return { ...expressions, properties: { ...properties, ...Object.fromEntries(found) } };
}

function select({ values, properties = {}, checks }: RowExpressions, source: string, file: string, record: string) {
  const columns = Object.entries(values).map(([name, sql]) => `${sql} AS ${identifier(name)}`);
  columns.push(...Object.values(properties).map((sql, i) => `${sql} AS property_${i}`));
  const faults = checks.map(
    ({ rule, column, fails }) =>
      `WHEN ${fails} THEN concat(${literal(rule)}, ${separator}, ${literal(column.name)}, ${separator}, left(${column.sql}::VARCHAR, ${shown}))`,
  );
  const fault = faults.length > 0 ? `CASE ${faults.join(" ")} END` : "NULL::VARCHAR";
  return `SELECT ${file}::INTEGER AS file, ${columns.join(", ")}, ${fault} AS fault, ${record} AS record FROM ${source}`;
}

async function columnsOf(dataset: Dataset, scan: Scan, container: TableFile["container"]): Promise<Columns> {
  const types = new Map(Object.entries(scan.types ?? {}));
  if (container === "parquet") {
    const described = await dataset.engine.query(
      `SELECT column_name, column_type FROM (DESCRIBE FROM ${scan.relation})`,
    );
    for (const row of described) types.set(String(row.column_name), String(row.column_type));
  }
  const found = new Map<string, Column>();
  for (const name of scan.columns) {
    const column = { name, sql: identifier(name), type: types.get(name) ?? "VARCHAR" };
    const folded = name
      .replace(/^\uFEFF/, "")
      .trim()
      .toLowerCase();
    found.set(name, column);
    if (!found.has(folded)) found.set(folded, column);
  }
  return (name) => found.get(name) ?? found.get(name.toLowerCase()) ?? null;
}

async function recordMalformed(dataset: Dataset, malformed: string): Promise<void> {
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "rejected")}
    SELECT file, record, 'malformed-line', NULL, reason FROM ${malformed} WHERE NOT repaired`);
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "ledger")}
    SELECT file, CASE WHEN repaired THEN 'doubled-field' ELSE 'malformed-line' END,
      CASE WHEN repaired THEN 'repaired' ELSE 'rejected' END, count(*), min(record)
    FROM ${malformed} GROUP BY file, repaired`);
}

/**
 * The rows of an engine's table have no order: a hash of trace and span stands for a number. Where a call has several rows
 * (Alibaba), of all that tells them apart, below 2^40 (see `numberSides`).
 */
function rowHash({ values }: RowExpressions): string {
  const { trace, id, rpcid, um, dm, rpctype, interface: operation, instances, start_ns: start, rt } = values;
  const parts =
    rpcid === undefined
      ? [trace, id, start]
      : [trace, rpcid, um, dm, rpctype, operation, instances, start, `round(1000 * (${rt}))::BIGINT`];
  const key = parts.map((value) => `coalesce((${value})::VARCHAR, '')`);
  return `(md5_number_lower(${key.join(" || ' ' || ")}) >> ${rpcid === undefined ? 1 : 24})::BIGINT`;
}

function hashed(table: string): string {
  return `(SELECT s.* EXCLUDE (record), s.record AS row FROM ${table} s)`;
}

/**
 * Numbers the records of each file from 1: a table keeps its rows in the order in which they were read, and lines that
 * the engine left out leave gaps.
 */
function numbered(table: string, malformed: string | null): string {
  const firsts = `(SELECT file, min(rowid) AS first_row FROM ${table} GROUP BY file)`;
  const joined = `${table} s JOIN ${firsts} f ON f.file = s.file`;
  if (malformed === null) return `(SELECT s.*, s.rowid - first_row + 1 AS row FROM ${joined})`;
  return `(SELECT k.* EXCLUDE (kept), coalesce(k.record, kept + coalesce(g.left_out, 0)) AS row
    FROM (SELECT s.*, s.rowid - first_row + 1 AS kept FROM ${joined}) k
    ASOF LEFT JOIN (
      SELECT file, from_row, max(n) AS left_out
      FROM (SELECT file, n, record - n + 1 AS from_row
        FROM (SELECT file, record, row_number() OVER (PARTITION BY file ORDER BY record) AS n FROM ${malformed}))
      GROUP BY file, from_row
    ) g ON k.file = g.file AND k.kept >= g.from_row)`;
}

async function recordFaults(dataset: Dataset, relation: string): Promise<void> {
  const part = (n: number) => `split_part(fault, ${separator}, ${n})`;
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "rejected")}
    SELECT file, row, ${part(1)}, ${part(2)}, substr(fault, length(${part(1)}) + length(${part(2)}) + 3)
    FROM ${relation} WHERE fault IS NOT NULL`);
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "ledger")}
    SELECT file, ${part(1)}, 'rejected', count(*), min(row) FROM ${relation} WHERE fault IS NOT NULL GROUP BY ALL`);
}

const texts = ["trace", "id", "parent", "service", "operation", "peer", "rpcid", "um", "dm", "interface"];

/** Puts U+FFFD for NUL in ids and names, which no engine takes in a statement. */
async function replaceNul(
  dataset: Dataset,
  table: string,
  relation: string,
  columns: readonly string[],
): Promise<void> {
  const present = texts.filter((name) => columns.includes(name));
  if (present.length === 0) return;
  const affected = `coalesce(${present.map((name) => `contains(${name}, chr(0))`).join(" OR ")}, false)`;
  const found = await dataset.engine.query(`SELECT count(*)::DOUBLE AS n FROM ${table} WHERE ${affected}`);
  if (Number(found.get(0)!.n) === 0) return;
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "ledger")} SELECT file, 'nul-in-text', 'repaired', count(*), min(row)
    FROM ${relation} WHERE fault IS NULL AND ${affected} GROUP BY file`);
  const replaced = present.map((name) => `${name} = replace(${name}, chr(0), chr(65533))`);
  await dataset.engine.query(`UPDATE ${table} SET ${replaced.join(", ")} WHERE ${affected}`);
}

async function countRows(dataset: Dataset, files: readonly RowFile[], table: string, malformed: string) {
  const counted = await dataset.engine.query(`
    SELECT file, sum(n)::DOUBLE AS n FROM (
      SELECT file, count(*) AS n FROM ${table} GROUP BY file
      UNION ALL SELECT file, count(*) FILTER (NOT repaired) FROM ${malformed} GROUP BY file) GROUP BY file`);
  const rows = new Map(files.map(({ file }) => [file, 0]));
  for (const row of counted) rows.set(Number(row.file), Number(row.n));
  return rows;
}
