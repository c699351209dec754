import { type Table, tableFromIPC, tableToIPC } from "apache-arrow";
import type { EngineFile, Parameter, QueryOptions, Scan, ScanOptions } from "./engine.ts";
import {
  droppedFolder,
  type FileIntake,
  type FolderEntry,
  type GivenFile,
  megabytes,
  mostTaken,
} from "./fileIntake.ts";
import { encodeParameter } from "./http/wireParameters.ts";

export interface HttpEngineOptions {
  /** Where `serveEngine` is mounted, such as `http://127.0.0.1:8080/engine/`. */
  url: string | URL;
  /** The server's token; without it the browser's cookie has to do. */
  token?: string;
  /** Address of a cluster that the server works with; without it the engine is the server's own. */
  cluster?: string;
}

/** Opens a session on a local server: an in-memory engine of its own, which ends when it is closed or forgotten. */
export async function openHttpEngine({ url, token, cluster }: HttpEngineOptions): Promise<FileIntake> {
  const headers: Record<string, string> = { "x-engine-session": crypto.randomUUID() };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const engine = new HttpEngine(new URL(String(url).replace(/\/?$/, "/")), headers, cluster);
  await engine.call("POST", "session", cluster === undefined ? {} : { engine: cluster });
  return engine;
}

/** Milliseconds between signs of life, which keep the session. */
const pingInterval = 120_000;

/** Milliseconds between two questions for a query's progress. */
const progressInterval = 200;

class HttpEngine implements FileIntake {
  readonly kind = "http";
  readonly intake =
    `Up to ${megabytes(mostTaken)} a file are copied to the local server; larger ones are read where they lie.`;
  readonly cluster?: string;
  private readonly base: URL;
  private readonly headers: Record<string, string>;
  private readonly closing = new AbortController();
  private readonly pings: ReturnType<typeof setInterval>;
  private queries = 0;
  private drops = 0;

  constructor(base: URL, headers: Record<string, string>, cluster?: string) {
    if (cluster !== undefined) this.cluster = cluster;
    this.base = base;
    this.headers = headers;
    this.pings = setInterval(() => void this.call("POST", "ping").catch(() => {}), pingInterval);
    // A browser's timers are numbers, which keep nothing running.
    if (typeof this.pings === "object") this.pings.unref();
  }

  async query(sql: string, parameters: readonly Parameter[] = [], options: QueryOptions = {}): Promise<Table> {
    const { signal, onProgress } = options;
    const id = String(this.queries++);
    const body = JSON.stringify({ id, sql, parameters: parameters.map(encodeParameter) });
    const ask = () => this.json<number | null>("GET", "progress", { query: id }).then((share) => share ?? undefined);
    let asking = true;
    const timer =
      onProgress &&
      setInterval(() => {
        const tell = (share: number | undefined) => share !== undefined && asking && onProgress(share);
        void ask().then(tell, () => {});
      }, progressInterval);
    try {
      const response = await this.call("POST", "query", {}, body, signal);
      const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
      asking = false;
      onProgress?.(1);
      return table;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      asking = false;
      clearInterval(timer);
    }
  }

  async insert(table: string, rows: Table): Promise<void> {
    await this.call("POST", "insert", { table }, tableToIPC(rows, "stream") as Uint8Array<ArrayBuffer>);
  }

  files(address: string): Promise<EngineFile[]> {
    return this.json("GET", "files", { address });
  }

  async open(path: string): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.call("GET", "open", { path });
    return body ?? new Blob([]).stream();
  }

  async scan(paths: string | readonly string[], options: ScanOptions): Promise<Scan> {
    const body = JSON.stringify({ paths: typeof paths === "string" ? [paths] : paths, options });
    type Described = Pick<Scan, "relation" | "columns" | "types" | "file"> & { id: string };
    const { id, ...described } = await this.json<Described>("POST", "scan", {}, body);
    return {
      ...described,
      rejects: () => this.json("POST", "rejects", { scan: id }),
      release: () => this.json("POST", "release", { scan: id }),
    };
  }

  async take(files: readonly GivenFile[], { signal }: { signal?: AbortSignal } = {}): Promise<string[]> {
    const drop = `${++this.drops}`;
    const addresses = new Set<string>();
    for (const { path, content } of files) {
      if (content.size > mostTaken) addresses.add(await this.find(content));
      else {
        // The browser reads the file as it sends it: none of it is in the page's memory.
        await this.call("POST", "take", { path: `${drop}/${path}` }, content, signal);
        addresses.add(droppedFolder + (files.length === 1 ? `${drop}/${path}` : drop));
      }
    }
    return [...addresses];
  }

  entries(folder: string): Promise<FolderEntry[]> {
    return this.json("GET", "entries", { folder });
  }

  /** The address of a large file, where it lies below the served folders. */
  private async find({ name, size, lastModified }: File): Promise<string> {
    const query = { name, size: String(size), modified: String(lastModified) };
    const found = await this.json<string | null>("GET", "find", query);
    if (found !== null) return found;
    throw new Error(
      `${name}: ${megabytes(size)}, and only ${megabytes(mostTaken)} are copied: start the server with --data and the file's folder, and drop it again`,
    );
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    clearInterval(this.pings);
    const ended = this.call("POST", "close");
    this.closing.abort(new Error("the engine is closed"));
    await ended;
  }

  private async json<T>(method: string, verb: string, query: Record<string, string> = {}, body?: string): Promise<T> {
    return (await this.call(method, verb, query, body)).json() as Promise<T>;
  }

  /** Sends a request. Throws what the server says, or that it does not answer. */
  async call(
    method: string,
    verb: string,
    query: Record<string, string> = {},
    body?: string | Uint8Array<ArrayBuffer> | Blob,
    signal?: AbortSignal,
  ): Promise<Response> {
    const { headers } = this;
    this.closing.signal.throwIfAborted();
    const address = new URL(verb, this.base);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    const signals = [signal, verb === "close" ? undefined : this.closing.signal].filter((each) => each !== undefined);
    // A page that is being left still has to give its engine back.
    const keepalive = verb === "close";
    const request = { method, headers, body, keepalive, signal: AbortSignal.any(signals) };
    const response = await fetch(address, request).catch((error: Error) => {
      request.signal.throwIfAborted();
      const reason = error.cause instanceof Error ? error.cause.message : error.message;
      throw new Error(`the server at ${this.base.host} does not answer: ${reason}`, { cause: error });
    });
    if (response.ok) return response;
    const text = await response.text();
    throw new Error(
      messageOf(text) ?? `the server answers ${response.status} ${text.slice(0, 200).replace(/\s+/g, " ")}`,
    );
  }
}

function messageOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}
