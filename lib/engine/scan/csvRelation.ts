import type { CsvOptions } from "../engine.ts";
import { identifier, literal } from "../sql.ts";
import { fileColumn, freeName } from "./fileColumn.ts";

export type Compression = "none" | "gzip" | "zstd";

export interface CsvFile {
  path: string;
  compression: Compression;
}

/** Files of a scan that DuckDB reads together, and the name of the table where it leaves their rejects. */
export interface CsvGroup {
  compression: Compression;
  rejects: string;
  /** Where the files stand in the scan, in the order in which DuckDB numbers them. */
  indices: number[];
}

export interface CsvRelation {
  relation: string;
  columns: string[];
  file: string;
  groups: CsvGroup[];
}

/** Longest line in bytes; longer ones are rejected. DuckDB's buffers are 16 times as large. */
const longestLine = 2_000_000;

/**
 * The relation of a CSV scan, as `Scan` describes it. Lines that do not fit go to temporary tables of the connection
 * that reads the relation; their names start with `name`.
 */
export function csvRelation(files: readonly CsvFile[], options: CsvOptions, name: string): CsvRelation {
  const columns = distinctNames(options.columns);
  const file = fileColumn(columns);
  const groups = (["none", "gzip", "zstd"] as const)
    .map((compression) => ({
      compression,
      rejects: `${name}_${compression}`,
      indices: files.flatMap((each, i) => (each.compression === compression ? [i] : [])),
    }))
    .filter(({ indices }) => indices.length > 0);
  const aliases = columns.map((column, i) => `c${i} AS ${identifier(column)}`).join(", ");
  // DuckDB 1.4 and 1.5 lose the whole database to an internal error when a column that a query does not use has
  // invalid UTF-8 or too few fields, so the relation always uses every column. COALESCE stops at the first value.
  const everyColumn = `coalesce(${columns.map((_, i) => `c${i}`).join(", ")}, '') IS NOT NULL`;
  const selects = groups.map((group) => {
    const index =
      groups.length === 1
        ? "file_index::INTEGER"
        : `list_extract([${group.indices.join(", ")}], file_index::INTEGER + 1)::INTEGER`;
    return `SELECT ${aliases}, ${index} AS ${file} FROM ${readCsv(files, options, group)} WHERE ${everyColumn}`;
  });
  return { relation: `(${selects.join(" UNION ALL ")})`, columns, file, groups };
}

function readCsv(files: readonly CsvFile[], options: CsvOptions, group: CsvGroup): string {
  const paths = group.indices.map((i) => literal(globEscaped(files[i]!.path)));
  const columns = options.columns.map((_, i) => `c${i}: 'VARCHAR'`);
  const settings = [
    `columns = {${columns.join(", ")}}`,
    `auto_detect = false, hive_partitioning = false, header = ${options.header ?? true}`,
    `delim = ${literal(options.delimiter ?? ",")}, quote = '"', escape = '"', null_padding = false, strict_mode = true`,
    `max_line_size = ${longestLine}, compression = '${group.compression}'`,
    `store_rejects = true, rejects_limit = 0`,
    `rejects_table = ${literal(group.rejects)}, rejects_scan = ${literal(`${group.rejects}_scans`)}`,
  ];
  return `read_csv([${paths.join(", ")}], ${settings.join(", ")})`;
}

/** A path that DuckDB takes as it stands, and not as a glob. */
export function globEscaped(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

/** SQL compares names without case: repeated ones get a number, empty ones their position. */
function distinctNames(names: readonly string[]): string[] {
  const distinct: string[] = [];
  for (const [i, name] of names.entries()) distinct.push(freeName(name.replaceAll("\0", "") || `column${i}`, distinct));
  return distinct;
}
