import type { TrinoAddress } from "./trinoAddress.ts";

/** A column of a result: its name, and its type as Trino writes it. */
export interface TrinoColumn {
  name: string;
  type: string;
}

export interface TrinoRows {
  columns: TrinoColumn[];
  rows: unknown[][];
  /** Id of the query, for Trino's own pages. */
  id: string;
}

export interface Credentials {
  password?: string | undefined;
  token?: string | undefined;
}

export interface RunOptions {
  signal?: AbortSignal | undefined;
  /** Told the finished share of the query's splits, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
  /** Session properties of this statement alone. */
  session?: Record<string, string> | undefined;
}

/** An error of a query, by its name in Trino. */
export class TrinoError extends Error {
  readonly errorName: string;
  constructor(errorName: string, message: string) {
    super(message);
    this.errorName = errorName;
  }
}

interface Page {
  id: string;
  nextUri?: string;
  columns?: TrinoColumn[];
  data?: unknown[][];
  stats?: { state?: string; progressPercentage?: number };
  error?: { message: string; errorName: string; errorLocation?: { lineNumber: number; columnNumber: number } };
}

/** Milliseconds between two tries, and how long it is tried, when a page does not come or a statement finds no worker. */
const [pause, patience] = [500, 30_000];

/**
 * Trino's client protocol (https://trino.io/docs/current/develop/client-protocol.html): a statement is posted, and its
 * pages are fetched one after the other. A page that does not come, because the network was cut or the coordinator is
 * busy, is asked for again: Trino keeps the last one. Not the package trino-client, which cannot abort a request, hides
 * the query's id and lets SET SESSION leak from one query to the next.
 */
export class TrinoClient {
  private readonly address: TrinoAddress;
  private readonly headers: Record<string, string>;

  constructor(address: TrinoAddress, { password, token }: Credentials = {}) {
    this.address = address;
    const { user, catalog, schema, session } = address;
    if ((password !== undefined || token !== undefined) && address.origin.startsWith("http:")) {
      throw new Error(`${address.origin}: a password or token is sent over https alone: add ?https=true`);
    }
    const login =
      token !== undefined
        ? `Bearer ${token}`
        : password !== undefined
          ? `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`
          : undefined;
    this.headers = {
      "X-Trino-User": user,
      "X-Trino-Catalog": catalog,
      "X-Trino-Schema": schema,
      "X-Trino-Source": "palette",
      "X-Trino-Time-Zone": "UTC",
      "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
      ...sessionHeader(session),
      ...(login ? { Authorization: login } : {}),
    };
  }

  /** The person chose how queries are retried. */
  get hasRetryPolicy(): boolean {
    return "retry_policy" in this.address.session;
  }

  /**
   * Runs a statement to its end; one that found no worker to run on, as happens on a busy cluster that has just begun, for
   * half a minute again. Throws an Error of one line with Trino's message, place and query id.
   */
  async run(sql: string, options: RunOptions = {}): Promise<TrinoRows> {
    const until = Date.now() + patience;
    for (;;) {
      try {
        return await this.runOnce(sql, options);
      } catch (error) {
        if (!(error instanceof TrinoError) || error.errorName !== "NO_NODES_AVAILABLE" || Date.now() >= until)
          throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  private async runOnce(sql: string, { signal, onProgress, session }: RunOptions): Promise<TrinoRows> {
    signal?.throwIfAborted();
    let page = await this.fetch(
      `${this.address.origin}/v1/statement`,
      { method: "POST", body: sql, headers: session ? sessionHeader({ ...this.address.session, ...session }) : {} },
      signal,
    );
    const result: TrinoRows = { columns: [], rows: [], id: page.id };
    try {
      for (;;) {
        if (page.error) throw new TrinoError(page.error.errorName, describe(page, sql));
        if (page.columns) result.columns = page.columns;
        if (page.data) for (const row of page.data) result.rows.push(row);
        const { progressPercentage } = page.stats ?? {};
        if (progressPercentage !== undefined) onProgress?.(Math.min(1, progressPercentage / 100));
        if (page.nextUri === undefined) break;
        page = await this.fetch(page.nextUri, {}, signal);
      }
    } catch (error) {
      if (page.nextUri !== undefined && !page.error) await this.cancel(page.nextUri);
      signal?.throwIfAborted();
      throw error;
    }
    onProgress?.(1);
    return result;
  }

  private async cancel(uri: string): Promise<void> {
    const request = { method: "DELETE", headers: this.headers, signal: AbortSignal.timeout(5000) };
    await fetch(uri, request).catch(() => {});
  }

  private async fetch(uri: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Page> {
    const { origin } = this.address;
    const until = Date.now() + (init.method === "POST" ? 0 : patience);
    for (;;) {
      let fault: string;
      try {
        const response = await fetch(uri, {
          ...init,
          headers: { ...this.headers, ...init.headers },
          signal: signal ?? null,
        });
        if (response.ok) return (await response.json()) as Page;
        const text = (await response.text())
          .replace(/<[^>]*>/g, " ")
          .replace(/\s+/g, " ")
          .trim()
          .slice(0, 200);
        if (response.status === 401) throw new Refusal(`${origin} refuses the user, password or token: ${text}`);
        fault = `answers ${response.status} ${text}`;
        if (![502, 503, 504, 429].includes(response.status)) throw new Refusal(`${origin} ${fault}`);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Refusal) throw error;
        const { cause, message } = error as Error;
        fault = `does not answer: ${cause instanceof Error ? cause.message : message}`;
      }
      if (Date.now() >= until) throw new Error(`${origin} ${fault}`);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function sessionHeader(session: Record<string, string>): Record<string, string> {
  const properties = Object.entries(session).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return properties.length > 0 ? { "X-Trino-Session": properties.join(", ") } : {};
}

/** An answer that asking again would not change. */
class Refusal extends Error {}

/** What to change where a query takes more than the cluster gives it. */
const advice: Record<string, string> = {
  EXCEEDED_LOCAL_MEMORY_LIMIT:
    "; raise query.max-memory-per-node, add workers, or fit a sample of the traces with --sample",
  EXCEEDED_GLOBAL_MEMORY_LIMIT: "; raise query.max-memory, or fit a sample of the traces with --sample",
  EXCEEDED_TIME_LIMIT: "; raise query.max-execution-time",
};

function describe({ id, error }: Page, sql: string): string {
  const { message, errorName, errorLocation: place } = error!;
  const near = place && sql.split("\n")[place.lineNumber - 1]?.slice(Math.max(0, place.columnNumber - 1));
  const where = place ? ` at line ${place.lineNumber}, column ${place.columnNumber}: ${near?.slice(0, 60)}` : "";
  return `trino query ${id}: ${errorName}: ${message.replace(/\s+/g, " ")}${where.replace(/\s+/g, " ")}${advice[errorName] ?? ""}`;
}
