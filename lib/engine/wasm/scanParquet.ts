import type { AsyncDuckDBConnection } from "@duckdb/duckdb-wasm";
import type { ConnectionPool } from "../connectionPool.ts";
import type { Scan } from "../engine.ts";
import { oneLine } from "../oneLine.ts";
import { fileColumn } from "../scan/fileColumn.ts";
import { noRejects } from "../scan/noRejects.ts";
import { scansSchema } from "../scan/scansSchema.ts";
import { identifier, nameParts } from "../sql.ts";
import { type ParquetModule, readParquetFile } from "./readParquetFile.ts";
import { run } from "./run.ts";

export interface ParquetScan {
  pool: ConnectionPool<AsyncDuckDBConnection>;
  name: string;
  module: ParquetModule;
}

/** Reads Parquet files into tables, since DuckDB's own reader is an extension that a page does not have. */
export async function scanParquet(
  { pool, name, module }: ParquetScan,
  files: readonly { path: string; content: Blob }[],
): Promise<Scan> {
  const tables = files.map((_, i) => `${scansSchema}.${identifier(`${name}_${i}`)}`);
  const release = () =>
    pool.use(async (connection) => {
      for (const table of tables) await run(connection, `DROP TABLE IF EXISTS ${table}`);
    });
  try {
    for (const [i, { path, content }] of files.entries()) {
      const stream = await readParquetFile(path, content, module);
      const target = { name: `${name}_${i}`, schema: nameParts(scansSchema)[0], create: true };
      await pool
        .use((connection) => connection.insertArrowFromIPCStream(stream, target))
        .catch((error: Error) => {
          throw new Error(`${path}: ${error.message}`, { cause: error });
        });
    }
    const described = await pool.use((connection) =>
      run(connection, `SELECT column_name FROM (DESCRIBE ${tables[0]})`),
    );
    const columns = described.toArray().map((row) => String(row.column_name));
    const file = fileColumn(columns);
    const selects = tables.map((table, i) => `SELECT *, ${i}::INTEGER AS ${file} FROM ${table}`);
    return { relation: `(${selects.join(" UNION ALL ")})`, columns, file, rejects: async () => noRejects, release };
  } catch (error) {
    await release().catch(() => {});
    throw oneLine(error);
  }
}
