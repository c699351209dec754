import type { AsyncDuckDB, AsyncDuckDBConnection } from "@duckdb/duckdb-wasm";
import type { ConnectionPool } from "../connectionPool.ts";
import type { CsvOptions, Scan } from "../engine.ts";
import { collectRejects, dropRejects } from "../scan/csvRejects.ts";
import { type CsvFile, csvRelation } from "../scan/csvRelation.ts";
import { scansSchema } from "../scan/scansSchema.ts";
import { checkGzip, compressionOf, decompressZstd } from "./csvContent.ts";
import { run } from "./run.ts";

export interface PageScan {
  pool: ConnectionPool<AsyncDuckDBConnection>;
  database: AsyncDuckDB;
  /** Unique among scans; what DuckDB keeps of this one is named after it. */
  name: string;
  /** Told the path behind each name that DuckDB gets for a file. */
  paths: Map<string, string>;
}

/** Makes files known to DuckDB, under names of its own, and gives the relation over their rows. */
export async function scanCsv(
  { pool, database, name, paths }: PageScan,
  files: readonly { path: string; content: Blob }[],
  options: CsvOptions,
): Promise<Scan> {
  const stop = new AbortController();
  const checks: Promise<void>[] = [];
  const known: CsvFile[] = [];
  for (const [i, { path, content }] of files.entries()) {
    const compression = await compressionOf(content);
    if (compression === "gzip") {
      // The check runs beside the query that reads the relation; who does not ask for the rejects does not wait for it.
      const check = checkGzip(path, content, stop.signal);
      check.catch(() => {});
      checks.push(check);
    }
    const stored = compression === "zstd" ? await decompressZstd(path, content) : content;
    known.push({ path: `${name}_${i}`, compression: compression === "gzip" ? "gzip" : "none" });
    paths.set(`${name}_${i}`, path);
    await register(database, `${name}_${i}`, stored);
  }
  const { relation, columns, file, groups } = csvRelation(known, options, name);
  const table = `${scansSchema}.${name}`;
  return {
    relation,
    columns,
    file,
    rejects: async () => {
      await Promise.all(checks);
      const create = `CREATE OR REPLACE TABLE ${table} (file INTEGER, record BIGINT, reason VARCHAR)`;
      await pool.use((connection) => run(connection, create));
      const target = { groups, paths: files.map(({ path }) => path), table, header: options.header ?? true };
      await pool.useEach((connection) => collectRejects((sql) => run(connection, sql), target));
      return table;
    },
    release: async () => {
      stop.abort();
      await pool.use((connection) => run(connection, `DROP TABLE IF EXISTS ${table}`));
      await pool.useEach((connection) => dropRejects((sql) => run(connection, sql), groups));
      for (const { path } of known) {
        paths.delete(path);
        await database.dropFile(path);
      }
    },
  };
}

/** DuckDBDataProtocol.BROWSER_FILEREADER: the worker reads slices of the Blob as it needs them. */
const sliceReader = 2;

async function register(database: AsyncDuckDB, name: string, content: Blob): Promise<void> {
  const inBrowser = typeof FileReader !== "undefined";
  if (inBrowser) await database.registerFileHandle(name, content, sliceReader, true);
  else await database.registerFileBuffer(name, new Uint8Array(await content.arrayBuffer()));
}
