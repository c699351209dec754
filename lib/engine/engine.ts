import type { Table } from "apache-arrow";

/** A value bound to a `?` of a query. */
export type Parameter = string | number | bigint | boolean | null;

export interface QueryOptions {
  /** Aborting stops the query in the engine; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Told the finished share of the query, 0 to 1, as often as the engine knows it. */
  onProgress?: (share: number) => void;
}

/** A file that an engine can open: its address, and its size in bytes. */
export interface EngineFile {
  path: string;
  size: number;
  /** The columns of what is no file but a table, which `scan` reads and `open` cannot. */
  columns?: string[];
}

export interface CsvOptions {
  format: "csv";
  /** Column names, in the files' order; they stand for the first line, unless `header` is false. */
  columns: readonly string[];
  header?: boolean;
  delimiter?: string;
}

export interface ParquetOptions {
  format: "parquet";
}

/** The address is that of a table, in engines whose `files` finds tables. */
export interface TableOptions {
  format: "table";
}

export type ScanOptions = CsvOptions | ParquetOptions | TableOptions;

/**
 * Where SQL runs: DuckDB in this process, DuckDB in a page, the local server, or a distributed engine.
 * The interface knows tables and files and no word of the domain; one contract test covers every implementation.
 */
export interface Engine {
  readonly kind: "duckdb-node" | "duckdb-wasm" | "http" | "trino";

  /** Address of the cluster that does the work, where one does: what DuckDB alone can is not there. */
  readonly cluster?: string;

  /**
   * Runs one statement and returns its rows: integers up to 32 bits as Int32, wider ones, DECIMAL, FLOAT and DOUBLE as
   * Float64 (beyond 2^53 rounded to the nearest double), VARCHAR as Utf8, BOOLEAN as Bool, and lists of these. An ENUM
   * must be cast to VARCHAR. Temporary tables and transactions do not last from one query to the next, since each may
   * run on another connection. Throws an Error of one line when the engine refuses the statement.
   */
  query(sql: string, parameters?: readonly Parameter[], options?: QueryOptions): Promise<Table>;

  /** Appends rows to a table, which is created from the rows' schema when it does not exist. */
  insert(table: string, rows: Table): Promise<void>;

  /** The files behind an address: one file, a glob, or every file below a folder, in order of path. */
  files(address: string): Promise<EngineFile[]>;

  /** The bytes of a file, as they are stored (still compressed). */
  open(path: string): Promise<ReadableStream<Uint8Array>>;

  /**
   * A relation for FROM over the rows of files that have the same columns: CSV, plain or compressed by gzip or zstd
   * (known by content, not by name), every column as VARCHAR and an empty field as NULL; or Parquet, with its own
   * types. Throws an Error of one line, naming the file, where a file cannot be read or its footer contradicts itself.
   */
  scan(paths: string | readonly string[], options: ScanOptions): Promise<Scan>;

  /**
   * A text that differs wherever the rows of a file or table do. Only where tables outlive the engine, so that a later
   * one can go on from them.
   */
  fingerprint?(address: string): Promise<string>;

  /** Frees the engine; queries still running are cancelled. */
  close(): Promise<void>;
}

/** The rows of files as SQL sees them. */
export interface Scan {
  /**
   * Text for a FROM clause: the files' columns, then `file`. A table created from it holds the files one after the
   * other, each in its own order, so that its `rowid` numbers the records.
   */
  relation: string;
  /** Names of the files' columns, in their order: an empty name becomes `column<n>`, a repeated one gets a number. */
  columns: string[];
  /** The columns' types as DuckDB names them, where they are tables' own. */
  types?: Record<string, string>;
  /** The column, quoted, with the index of the row's file in the paths scanned, from 0 (INTEGER). */
  file: string;
  /**
   * To be called once the relation was read to its end: a relation over the records left out because they do not fit
   * the columns: `file` INTEGER, as above; `record` BIGINT, the record's number in its file from 1, the header not
   * counted; and `reason` VARCHAR: `missing-columns`, `too-many-columns`, `misplaced-quote`, `invalid-encoding` or
   * `line-too-long`. Throws an Error of one line, naming the file, where a file turns out to be truncated or damaged:
   * rows read from it are then not to be trusted.
   */
  rejects(): Promise<string>;
  /** Gives back what the scan holds (tables, buffers); its relations end here. */
  release(): Promise<void>;
}
