import type { Table } from "apache-arrow";
import { identifier, literal } from "../sql.ts";
import type { CsvGroup } from "./csvRelation.ts";

/** Runs a statement on one connection: DuckDB keeps a scan's rejects in tables of the connection that read it. */
export type Run = (sql: string) => Promise<Table>;

const reasons = {
  "MISSING COLUMNS": "missing-columns",
  "TOO MANY COLUMNS": "too-many-columns",
  "UNQUOTED VALUE": "misplaced-quote",
  "INVALID ENCODING": "invalid-encoding",
  "LINE SIZE OVER MAXIMUM": "line-too-long",
};

/** Text that DuckDB keeps of a rejected record. */
const longestExcerpt = 10_000;

export interface RejectsTarget {
  groups: readonly CsvGroup[];
  paths: readonly string[];
  /** Quoted name of the table (file, record, reason) that takes the rejects. */
  table: string;
  header: boolean;
}

/**
 * Copies what a connection rejected into `table`, each record once however often it was read. Throws an Error of one
 * line where a quote that nobody closed swallowed so many lines that to count them as one record would hide them.
 */
export async function collectRejects(run: Run, { groups, paths, table, header }: RejectsTarget): Promise<void> {
  const cases = Object.entries(reasons).map(([type, reason]) => `WHEN ${literal(type)} THEN ${literal(reason)}`);
  const reason = `CASE error_type::VARCHAR ${cases.join(" ")} ELSE lower(error_type::VARCHAR) END`;
  const record = `line::BIGINT - ${header ? 1 : 0}`;
  for (const { rejects, indices } of groups) {
    if (!(await hasRejects(run, rejects))) continue;
    const errors = `temp.main.${identifier(rejects)}`;
    const file = `list_extract([${indices.join(", ")}], file_id::INTEGER + 1)::INTEGER`;
    const swallowed = await run(`
      SELECT ${file} AS file, (${record})::DOUBLE AS record FROM ${errors}
      WHERE error_type::VARCHAR = 'UNQUOTED VALUE' AND length(csv_line) >= ${longestExcerpt} AND contains(csv_line, chr(10))
      ORDER BY ALL LIMIT 1`);
    for (const row of swallowed) {
      throw new Error(
        `${paths[row.file]}: record ${row.record}: a quote that opens here swallows the records after it`,
      );
    }
    await run(`
      INSERT INTO ${table}
      SELECT ${file} AS file, ${record} AS record, arg_min(${reason}, byte_position) AS reason
      FROM ${errors} GROUP BY 1, 2 EXCEPT SELECT * FROM ${table}`);
  }
}

/** Drops what a connection keeps of the rejects of a scan. */
export async function dropRejects(run: Run, groups: readonly CsvGroup[]): Promise<void> {
  for (const { rejects } of groups) {
    if (!(await hasRejects(run, rejects))) continue;
    await run(`DROP TABLE temp.main.${identifier(rejects)}`);
    await run(`DROP TABLE temp.main.${identifier(`${rejects}_scans`)}`);
  }
}

async function hasRejects(run: Run, rejects: string): Promise<boolean> {
  const found = await run(
    `SELECT 1 AS found FROM duckdb_tables() WHERE temporary AND table_name = ${literal(rejects)}`,
  );
  return found.numRows > 0;
}
