import { AsyncDuckDB, type AsyncDuckDBConnection, type ProgressEntry, VoidLogger } from "@duckdb/duckdb-wasm";
import type { Table } from "apache-arrow";
import { ConnectionPool } from "./connectionPool.ts";
import type { EngineFile, Parameter, QueryOptions, Scan, ScanOptions } from "./engine.ts";
import {
  droppedFolder,
  type FileIntake,
  type FolderEntry,
  type GivenFile,
  megabytes,
  mostTaken,
} from "./fileIntake.ts";
import { oneLine } from "./oneLine.ts";
import { ActiveScans } from "./scan/activeScans.ts";
import { scansSchema } from "./scan/scansSchema.ts";
import { insertTable } from "./wasm/insertTable.ts";
import { type Content, PageFiles } from "./wasm/pageFiles.ts";
import type { ParquetModule } from "./wasm/readParquetFile.ts";
import { run } from "./wasm/run.ts";
import { scanCsv } from "./wasm/scanCsv.ts";
import { scanParquet } from "./wasm/scanParquet.ts";

export interface DuckDBWasmOptions {
  /** Address of `duckdb-eh.wasm`. */
  module: string;
  /** A worker that runs the script which belongs to it, such as `duckdb-browser-eh.worker.js`; `close` ends it. */
  worker: Worker;
  /** `parquet_wasm_bg.wasm`, loaded when the first Parquet file is scanned. */
  parquet: ParquetModule;
}

/** DuckDB in a page. Its files are those that were made known to it. */
export interface DuckDBWasm extends FileIntake {
  register(path: string, content: Content): void;
  forget(path: string): void;
}

/** Starts an in-memory DuckDB in a worker. It asks for nothing beside the addresses given. */
export async function openDuckDBWasm({ module, worker, parquet }: DuckDBWasmOptions): Promise<DuckDBWasm> {
  const database = new WatchedDuckDB(new VoidLogger(), worker);
  try {
    await database.instantiate(module);
    await database.open({});
    const connection = await database.connect();
    // Extensions would be fetched from the internet, and a failed attempt leaves the engine broken.
    await connection.query("SET GLOBAL autoinstall_known_extensions = false");
    await connection.query("SET GLOBAL autoload_known_extensions = false");
    await connection.query(`CREATE SCHEMA ${scansSchema}`);
    await connection.close();
  } catch (error) {
    await database.terminate();
    throw oneLine(error);
  }
  return new PageEngine(database, parquet);
}

/** AsyncDuckDB keeps its listeners to itself. */
class WatchedDuckDB extends AsyncDuckDB {
  watch(listener: (entry: ProgressEntry) => void): void {
    this._onExecutionProgress.push(listener);
  }
}

function withPaths(error: Error, paths: ReadonlyMap<string, string>): Error {
  const message = error.message.replace(/scan_\d+_\d+/g, (name) => paths.get(name) ?? name);
  return message === error.message ? error : new Error(message, { cause: error });
}

class PageEngine implements DuckDBWasm {
  readonly kind = "duckdb-wasm";
  readonly intake = `Files up to ${megabytes(mostTaken)} are read in this page alone, and go nowhere else.`;
  private readonly pool: ConnectionPool<AsyncDuckDBConnection>;
  private readonly database: AsyncDuckDB;
  private readonly parquet: ParquetModule;
  private readonly known = new PageFiles();
  private readonly listeners = new Set<(share: number) => void>();
  /** The paths of files, by the names that DuckDB knows them by. */
  private readonly paths = new Map<string, string>();
  private readonly active = new ActiveScans();
  private scans = 0;
  private drops = 0;

  constructor(database: WatchedDuckDB, parquet: ParquetModule) {
    this.database = database;
    this.parquet = parquet;
    this.pool = new ConnectionPool({
      async connect() {
        const connection = await database.connect();
        await connection.query("SET enable_progress_bar = true");
        return connection;
      },
      interrupt: (connection) => void connection.cancelSent().catch(() => {}),
      close: () => database.terminate(),
    });
    // DuckDB does not say whose progress it is, so it is told only while one query alone asks for it.
    database.watch(({ percentage }) => {
      const share = Number(percentage) / 100;
      if (share >= 0 && this.listeners.size === 1) for (const listener of this.listeners) listener(Math.min(1, share));
    });
  }

  async query(sql: string, parameters: readonly Parameter[] = [], options: QueryOptions = {}): Promise<Table> {
    options.signal?.throwIfAborted();
    const { onProgress } = options;
    if (onProgress) this.listeners.add(onProgress);
    try {
      const table = await this.pool.use((connection) => run(connection, sql, parameters, options));
      onProgress?.(1);
      return table;
    } catch (error) {
      options.signal?.throwIfAborted();
      throw this.active.named(withPaths(error as Error, this.paths), sql);
    } finally {
      if (onProgress) this.listeners.delete(onProgress);
    }
  }

  insert(table: string, rows: Table): Promise<void> {
    return this.pool.use((connection) => insertTable(connection, table, rows));
  }

  register(path: string, content: Content): void {
    this.known.register(path, content);
  }

  forget(path: string): void {
    this.known.forget(path);
  }

  async take(files: readonly GivenFile[]): Promise<string[]> {
    const large = files.find(({ content }) => content.size > mostTaken);
    if (large) {
      const size = megabytes(large.content.size);
      throw new Error(
        `${large.path}: ${size}, and an engine in a page reads files up to ${megabytes(mostTaken)}: use the native engine of a local server (npm start)`,
      );
    }
    const drop = `${droppedFolder}${++this.drops}`;
    for (const { path, content } of files) this.register(`${drop}/${path}`, content);
    return files.length === 1 ? [`${drop}/${files[0]!.path}`] : [drop];
  }

  async entries(folder: string): Promise<FolderEntry[]> {
    return this.known.entries(folder);
  }

  files(address: string): Promise<EngineFile[]> {
    return this.known.list(address);
  }

  async open(path: string): Promise<ReadableStream<Uint8Array>> {
    return (await this.known.blob(path)).stream();
  }

  async scan(paths: string | readonly string[], options: ScanOptions): Promise<Scan> {
    const list = typeof paths === "string" ? [paths] : paths;
    if (list.length === 0) throw new Error("a scan needs at least one file");
    if (options.format === "table") throw new Error(`${list[0]}: a table, and this engine reads files`);
    const files: { path: string; content: Blob }[] = [];
    for (const path of list) files.push({ path, content: await this.known.blob(path) });
    const name = `scan_${this.scans++}`;
    const scan =
      options.format === "csv"
        ? await scanCsv({ pool: this.pool, database: this.database, name, paths: this.paths }, files, options)
        : await scanParquet({ pool: this.pool, name, module: this.parquet }, files);
    const { relation } = scan;
    this.active.add(relation, list);
    const release = async () => {
      this.active.delete(relation);
      await scan.release();
    };
    return { ...scan, release };
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
