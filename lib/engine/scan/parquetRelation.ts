import type { Table } from "apache-arrow";
import { literal } from "../sql.ts";
import { globEscaped } from "./csvRelation.ts";
import { fileColumn } from "./fileColumn.ts";

/** The relation of a Parquet scan, as `Scan` describes it. */
export function parquetRelation(paths: readonly string[], columns: readonly string[]) {
  const file = fileColumn(columns);
  return { relation: `(SELECT *, file_index::INTEGER AS ${file} FROM ${readParquet(paths)})`, file };
}

export function readParquet(paths: readonly string[]): string {
  return `read_parquet([${paths.map((path) => literal(globEscaped(path))).join(", ")}], hive_partitioning = false)`;
}

/**
 * Reads the footers of Parquet files, whose claims DuckDB believes. Throws an Error of one line where the numbers of
 * rows that one footer claims (of the file, of its row groups, of their flat columns) differ.
 */
export async function checkFooters(paths: readonly string[], query: (sql: string) => Promise<Table>): Promise<void> {
  const list = `[${paths.map((path) => literal(globEscaped(path))).join(", ")}]`;
  const contradictions = await query(`
    SELECT m.file_name, f.num_rows::DOUBLE AS claimed, sum(m.row_group_num_rows)::DOUBLE AS grouped,
      max(CASE WHEN m.num_values <> m.row_group_num_rows THEN m.num_values END)::DOUBLE AS "values"
    FROM parquet_metadata(${list}) m JOIN parquet_file_metadata(${list}) f USING (file_name)
    WHERE NOT regexp_matches(path_in_schema, ', ')
    GROUP BY m.file_name, m.column_id, f.num_rows
    HAVING claimed <> grouped OR "values" IS NOT NULL ORDER BY m.file_name, m.column_id LIMIT 1`);
  const row = contradictions.get(0);
  if (!row) return;
  const counts = [row.claimed, row.grouped, row.values].filter((count) => count !== null).join(", ");
  throw new Error(`${row.file_name}: damaged Parquet footer: it claims different numbers of rows: ${counts}`);
}
