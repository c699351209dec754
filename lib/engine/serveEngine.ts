import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { tableFromIPC, tableToIPC } from "apache-arrow";
import type { Engine, Scan, ScanOptions } from "./engine.ts";
import { asSent, confinePath } from "./http/confinePath.ts";
import { CopiedFiles, entriesOf, findFile } from "./http/copiedFiles.ts";
import { type EngineSession, EngineSessions, StatusError } from "./http/engineSessions.ts";
import { isBearer, readBody, readJson, sendJson } from "./http/messages.ts";
import { decodeParameter, type WireParameter } from "./http/wireParameters.ts";

export interface ServeEngineOptions {
  /** Absolute paths of the folders whose files pages may read; relative addresses start at the first. */
  roots: readonly [string, ...string[]];
  /** Where copies of files go that pages are given; engines must be able to read there. Without it none are taken. */
  copies?: string;
  /** What each request must carry as its bearer token; null where whoever calls the handler has seen to that. */
  token: string | null;
  /** A page's engine is closed when nobody used it for so many ms. Default 10 minutes; pages call every 2. */
  idle?: number;
  /** Engines at a time. Default 16. */
  most?: number;
}

/** Answers the requests of `openHttpEngine`, below whatever address it is mounted at. */
export interface EngineService {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Closes the engines of all pages. */
  close(): Promise<void>;
}

/** A request within a session. */
interface Call {
  id: string;
  session: EngineSession;
  request: IncomingMessage;
  response: ServerResponse;
  parameter: (name: string) => string;
  /** Aborts when the client has gone. */
  signal: AbortSignal;
}

/**
 * Lets pages run queries in engines of this process, one for each session. The paths of files and scans are confined
 * here, those within SQL are not: `openEngine` must give engines that are confined to the same folders
 * (`openDuckDBNode({ folders })`), and refuse addresses of clusters that the person did not name. Those of a Trino are
 * tables of the cluster, which decides who may read them.
 */
export function serveEngine(
  openEngine: (address?: string) => Promise<Engine>,
  options: ServeEngineOptions,
): EngineService {
  const { roots, token, idle = 600_000, most = 16 } = options;
  const copied = options.copies === undefined ? undefined : new CopiedFiles(options.copies);
  const sessions = new EngineSessions(openEngine, idle, most, async (id) => copied?.forget(id));
  const pathOf = async (id: string, address: string, { engine }: EngineSession) =>
    engine.kind === "trino" ? address : ((await copied?.pathOf(id, address)) ?? confinePath(roots, address));

  const calls: Record<string, (call: Call) => Promise<unknown>> = {
    "POST ping": async () => null,
    "POST query": query,
    "GET progress": async ({ session, parameter }) => session.progress.get(parameter("query")),
    "POST insert": async ({ session, request, parameter }) =>
      session.engine.insert(parameter("table"), tableFromIPC(await readBody(request))),
    "POST take": async ({ id, request, parameter }) => {
      if (!copied) throw new StatusError(403, "this server takes no files");
      await copied.write(id, parameter("path"), request);
    },
    "GET entries": async ({ parameter }) => entriesOf(await confinePath(roots, parameter("folder") || ".")),
    "GET find": async ({ parameter }) => {
      const [name, size, modified] = [parameter("name"), Number(parameter("size")), Number(parameter("modified"))];
      const path = await findFile(roots, { name, size, modified });
      return path === undefined ? null : asSent(roots, path.startsWith(roots[0] + sep) ? "" : path, path);
    },
    "GET files": async ({ id, session, parameter }) => {
      const address = parameter("address");
      const found = await session.engine.files(await pathOf(id, address, session));
      return Promise.all(
        found.map(async ({ path, size, columns }) => {
          if (columns) return { path, size, columns };
          const copy = copied?.addressOf(id, path);
          if (copy === undefined) await confinePath(roots, path);
          return { path: copy ?? asSent(roots, address, path), size };
        }),
      );
    },
    "GET open": async ({ id, session, response, parameter, signal }) => {
      const stream = await session.engine.open(await pathOf(id, parameter("path"), session));
      response.writeHead(200, { "content-type": "application/octet-stream", "cache-control": "no-store" });
      await pipeline(Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]), response, { signal });
    },
    "POST scan": async ({ id: sessionId, session, request }) => {
      const body = await readJson<{ paths: string[]; options: ScanOptions }>(request);
      const paths: string[] = [];
      for (const path of body.paths) paths.push(await pathOf(sessionId, path, session));
      const scan = await session.engine.scan(paths, body.options);
      const id = randomUUID();
      session.scans.set(id, scan);
      const { relation, columns, types, file } = scan;
      return { id, relation, columns, ...(types ? { types } : {}), file };
    },
    "POST rejects": async ({ session, parameter }) => scanOf(session, parameter("scan")).rejects(),
    "POST release": async ({ session, parameter }) => {
      await scanOf(session, parameter("scan")).release();
      session.scans.delete(parameter("scan"));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<unknown> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const id = sessionOf(request);
    const verb = `${request.method} ${pathname.slice(pathname.lastIndexOf("/") + 1)}`;
    if (verb === "POST session") return sessions.open(id, searchParams.get("engine") ?? undefined);
    if (verb === "POST close") return sessions.end(id);
    const call = calls[verb];
    if (!call) throw new StatusError(404, `an engine has no ${verb}`);
    const parameter = (name: string) => searchParams.get(name) ?? "";
    return sessions.use(id, (session) => call({ id, session, request, response, parameter, signal }));
  }

  return {
    async handle(request, response) {
      const gone = new AbortController();
      response.on("close", () => gone.abort(new Error("the page has gone")));
      try {
        if (token !== null && !isBearer(request, token)) throw new StatusError(403, "no token, or a wrong one");
        const value = await answer(request, response, gone.signal);
        if (!response.headersSent) sendJson(response, value);
      } catch (error) {
        if (response.headersSent || gone.signal.aborted) return void response.destroy();
        response.writeHead(error instanceof StatusError ? error.status : 400, { "content-type": "application/json" });
        const message = asPageKnows((error as Error).message, roots[0]);
        response.end(JSON.stringify({ error: copied?.named(sessionOf(request), message) ?? message }));
      }
    },
    close: () => sessions.close(),
  };
}

function sessionOf(request: IncomingMessage): string {
  return String(request.headers["x-engine-session"] ?? "");
}

async function query({ session, request, response, signal }: Call): Promise<void> {
  const { id, sql, parameters } = await readJson<{ id: string; sql: string; parameters: WireParameter[] }>(request);
  session.progress.set(id, 0);
  try {
    const onProgress = (share: number) => session.progress.set(id, share);
    const table = await session.engine.query(sql, parameters.map(decodeParameter), { signal, onProgress });
    response.writeHead(200, { "content-type": "application/vnd.apache.arrow.stream", "cache-control": "no-store" });
    response.end(tableToIPC(table, "stream"));
  } finally {
    session.progress.delete(id);
  }
}

function scanOf(session: EngineSession, id: string): Scan {
  const scan = session.scans.get(id);
  if (!scan) throw new StatusError(404, "the scan was released");
  return scan;
}

/** One line, in which files have the names that the page gave them. */
function asPageKnows(message: string, root: string): string {
  return message.replace(/\s+/g, " ").replaceAll(root.replace(/[\\/]?$/, "/"), "");
}
