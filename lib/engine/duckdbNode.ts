import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Table } from "apache-arrow";
import { ConnectionPool, type Database } from "./connectionPool.ts";
import type { CsvOptions, Engine, EngineFile, Parameter, QueryOptions, Scan, ScanOptions } from "./engine.ts";
import { checkCompressed, compressionOf } from "./node/checkCompressed.ts";
import { insertTable } from "./node/insertTable.ts";
import { nodeFiles, openNodeFile } from "./node/nodeFiles.ts";
import { run } from "./node/run.ts";
import { oneLine } from "./oneLine.ts";
import { ActiveScans } from "./scan/activeScans.ts";
import { collectRejects, dropRejects } from "./scan/csvRejects.ts";
import { type CsvFile, csvRelation } from "./scan/csvRelation.ts";
import { noRejects } from "./scan/noRejects.ts";
import { checkFooters, parquetRelation, readParquet } from "./scan/parquetRelation.ts";
import { scansSchema } from "./scan/scansSchema.ts";
import { literal } from "./sql.ts";

export interface DuckDBNodeOptions {
  /** As DuckDB writes it, such as `4GB`; without it 80 % of the machine's memory. */
  memoryLimit?: string;
  /** Where DuckDB spills what does not fit the memory; without it `.tmp` in the current folder. */
  tempDirectory?: string;
  threads?: number;
  /** SQL may read and write files below these folders alone, whatever a statement says. */
  folders?: readonly string[];
}

/** Opens an in-memory DuckDB in this process. Close it to free it. */
export async function openDuckDBNode(options: DuckDBNodeOptions = {}): Promise<Engine> {
  const settings: Record<string, string> = {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  };
  if (options.memoryLimit) settings.memory_limit = options.memoryLimit;
  if (options.tempDirectory) settings.temp_directory = options.tempDirectory;
  if (options.threads) settings.threads = String(options.threads);
  try {
    const engine = new DuckDBNode(new ConnectionPool(databaseOf(await DuckDBInstance.create(":memory:", settings))));
    await engine.query(`CREATE SCHEMA ${scansSchema}`);
    if (options.folders) {
      await engine.query(`SET GLOBAL allowed_directories = [${options.folders.map(literal).join(", ")}]`);
      await engine.query("SET GLOBAL enable_external_access = false");
    }
    return engine;
  } catch (error) {
    throw oneLine(error);
  }
}

function databaseOf(instance: DuckDBInstance): Database<DuckDBConnection> {
  return {
    async connect() {
      const connection = await instance.connect();
      await connection.run("SET enable_progress_bar = true");
      await connection.run("SET enable_progress_bar_print = false");
      return connection;
    },
    interrupt: (connection) => connection.interrupt(),
    async close(connections) {
      for (const connection of connections) connection.disconnectSync();
      instance.closeSync();
    },
  };
}

class DuckDBNode implements Engine {
  readonly kind = "duckdb-node";
  private readonly pool: ConnectionPool<DuckDBConnection>;
  private readonly closing = new AbortController();
  private readonly active = new ActiveScans();
  private scans = 0;

  constructor(pool: ConnectionPool<DuckDBConnection>) {
    this.pool = pool;
  }

  query(sql: string, parameters: readonly Parameter[] = [], options: QueryOptions = {}): Promise<Table> {
    const result = this.pool.use((connection) => run(connection, sql, parameters, options));
    return result.catch((error: Error) => {
      options.signal?.throwIfAborted();
      throw this.active.named(error, sql);
    });
  }

  insert(table: string, rows: Table): Promise<void> {
    return this.pool.use((connection) => insertTable(connection, table, rows));
  }

  files(address: string): Promise<EngineFile[]> {
    return nodeFiles(address);
  }

  open(path: string): Promise<ReadableStream<Uint8Array>> {
    return openNodeFile(path);
  }

  async scan(paths: string | readonly string[], options: ScanOptions): Promise<Scan> {
    const list = typeof paths === "string" ? [paths] : paths;
    if (list.length === 0) throw new Error("a scan needs at least one file");
    if (options.format === "table") throw new Error(`${list[0]}: a table, and this engine reads files`);
    const scan = options.format === "csv" ? await this.scanCsv(list, options) : await this.scanParquet(list);
    this.active.add(scan.relation, list);
    return scan;
  }

  private async scanCsv(paths: readonly string[], options: CsvOptions): Promise<Scan> {
    const files: CsvFile[] = [];
    for (const path of paths) files.push({ path, compression: await compressionOf(path) });
    const name = `scan_${this.scans++}`;
    const { relation, columns, file, groups } = csvRelation(files, options, name);
    const stop = new AbortController();
    // The check runs beside the query that reads the relation; who does not ask for the rejects does not wait for it.
    const checked = checkCompressed(files, AbortSignal.any([stop.signal, this.closing.signal]));
    checked.catch(() => {});
    const table = `${scansSchema}.${name}`;
    return {
      relation,
      columns,
      file,
      rejects: async () => {
        await checked;
        await this.query(`CREATE OR REPLACE TABLE ${table} (file INTEGER, record BIGINT, reason VARCHAR)`);
        const target = { groups, paths, table, header: options.header ?? true };
        await this.pool.useEach((connection) => collectRejects((sql) => run(connection, sql), target));
        return table;
      },
      release: async () => {
        stop.abort();
        this.active.delete(relation);
        await this.query(`DROP TABLE IF EXISTS ${table}`);
        await this.pool.useEach((connection) => dropRejects((sql) => run(connection, sql), groups));
      },
    };
  }

  private async scanParquet(paths: readonly string[]): Promise<Scan> {
    await checkFooters(paths, (sql) => this.query(sql));
    const described = await this.query(`SELECT column_name FROM (DESCRIBE FROM ${readParquet(paths)})`);
    const columns = described.toArray().map((row) => String(row.column_name));
    const { relation, file } = parquetRelation(paths, columns);
    const release = async () => this.active.delete(relation);
    return { relation, columns, file, rejects: async () => noRejects, release };
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.pool.close();
  }
}
