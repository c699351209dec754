import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { readRuntime } from "../lib/export/go/readRuntime.ts";
import { sendChangeEvents } from "./changeEvents.ts";
import { contentSecurityPolicy, workerSecurityPolicy } from "./contentSecurityPolicy.ts";
import { contentType } from "./contentType.ts";
import { engineAssets } from "./engineAssets.ts";
import { exportNotebooks } from "./exportNotebooks.ts";
import { listCellFunctions } from "./listCellFunctions.ts";
import { listDatasets } from "./listDatasets.ts";
import { LivePages } from "./livePages.ts";
import { NotebookFiles } from "./notebookFiles.ts";
import { openedAnew } from "./page/watch/openedAnew.ts";
import { indexPage, messagePage, notebookPage, onwardPage } from "./pageShell.ts";
import { guardRequest } from "./requestGuard.ts";
import { requestUrl } from "./requestUrl.ts";
import type { FolderCache } from "./resultCache.ts";
import { fileBelow, sendFile } from "./sendFile.ts";
import { findNotebooks, type Workspace } from "./workspace.ts";

export interface ServerOptions {
  workspace: Workspace;
  /** Answers requests below `/engine/`, where there is an engine to share with pages. */
  engine?: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  /** Address of the cluster that the engine's pages may ask for. */
  cluster?: string;
  /** Answers requests below `/systems/`, where generated systems may be run for pages. */
  systems?: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  /** Where results of long steps are kept, where they are. */
  cache?: FolderCache;
  /** A loopback address. Default 127.0.0.1. */
  host?: string;
  /** 0 for any; when it is taken, one of the next twenty. */
  port: number;
}

export interface LiveServer {
  /** The address with the token. */
  url: string;
  port: number;
  token: string;
  close(): Promise<void>;
}

const ports = 20;

/**
 * Under this policy pages have a process apart from what is without it: from the worker that watches whether they answer,
 * and from the page `again`, over which it leads those that do not, and whose opening ends their process.
 */
const embedderPolicy = "cross-origin-embedder-policy";

const headers = {
  "content-security-policy": `${contentSecurityPolicy}; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  [embedderPolicy]: "require-corp",
  "cross-origin-resource-policy": "same-origin",
};

/**
 * Starts the workbench's server on a loopback address. Every request needs the token, which is new with each start.
 * Throws an Error when no port can be had.
 */
export async function startServer({
  workspace,
  engine,
  cluster,
  systems,
  cache,
  host = "127.0.0.1",
  port,
}: ServerOptions): Promise<LiveServer> {
  const token = randomBytes(24).toString("base64url");
  const pages = new LivePages(workspace);
  const notebookFiles = new NotebookFiles(workspace.notebooksFolder, (name, before, after) => {
    // What cannot be shown ahead is shown, or told, by the bundle.
    pages.saved(name, before, after).catch(() => {});
  });
  const engineFiles = engineAssets();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) sendText(response, 500, message.split("\n")[0]);
      else response.destroy();
    });
  });
  try {
    await listen(server, host, port);
  } catch (error) {
    await pages.close();
    throw error;
  }
  const bound = (server.address() as AddressInfo).port;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const verdict = guardRequest(request, bound, token);
    if (verdict.kind === "refused") return sendText(response, verdict.status, verdict.reason);
    if (verdict.kind === "welcome") {
      response.writeHead(303, {
        location: verdict.location,
        "set-cookie": verdict.cookie,
        "cache-control": "no-store",
      });
      return void response.end();
    }
    const url = requestUrl(request);
    const path = url && decode(url.pathname);
    if (path === undefined) return sendText(response, 400, "the address is not valid");
    if (engine && path.startsWith("engine/")) return engine(request, response);
    if (systems && path === "systems/run") return systems(request, response);
    if (path.startsWith("files/")) return notebookFiles.answer(request, response, path.slice("files/".length));
    if (path.startsWith("trash/")) return notebookFiles.answerTrash(request, response, path.slice("trash/".length));
    if (path.startsWith("share/") && request.method === "POST") return share(path.slice("share/".length), response);
    if (path.startsWith("cache/")) {
      if (cache) return cache.answer(request, response, path.slice("cache/".length));
      // A server that keeps nothing has nothing, which is no error.
      return void response.writeHead(204, { "cache-control": "no-store" }).end();
    }
    if (request.method !== "GET" && request.method !== "HEAD")
      return sendText(response, 405, "only GET is answered here");
    if (path === "events") return sendChangeEvents(response, pages, url?.searchParams.get("notebook") ?? "");
    if (path === "again") {
      response.removeHeader(embedderPolicy);
      return sendHtml(response, onwardPage(pathBelow(url?.searchParams.get("to") ?? "")));
    }
    if (path === "watch.js") {
      response.removeHeader(embedderPolicy);
      const bytes = await pages.file((await pages.bundle()).watch);
      if (bytes) return sendBytes(response, bytes, contentType(path), "no-cache");
    } else if (path.startsWith("assets/engine/")) {
      const file = engineFiles.get(path.slice("assets/engine/".length));
      if (path.endsWith(".worker.js")) response.setHeader("content-security-policy", workerSecurityPolicy);
      if (file) return sendFile(request, response, file, contentType(file));
    } else if (path === "assets/datasets.json") {
      return sendJson(response, await listDatasets(workspace.datasetsFolder));
    } else if (path === "assets/go-runtime.json") {
      return sendJson(response, Object.fromEntries(await readRuntime()));
    } else if (path === "assets/cells.json") {
      return sendJson(response, await listCellFunctions(workspace.folder, workspace.notebooksFolder));
    } else if (path.startsWith("assets/")) {
      const bytes = await pages.file(path.slice("assets/".length));
      if (bytes) return sendBytes(response, bytes, contentType(path));
    } else if (path.startsWith("datasets/")) {
      const file = await fileBelow(workspace.datasetsFolder, path.slice("datasets/".length));
      if (file) return sendFile(request, response, file, contentType(file, { data: true }));
    } else {
      const page = await pageAt(path);
      if (page !== undefined) return sendHtml(response, page);
    }
    sendText(response, 404, `there is nothing at /${path}`);
  }

  /** Writes a notebook as a static site into the workspace, and answers with the folder. */
  async function share(name: string, response: ServerResponse): Promise<void> {
    const file = (await findNotebooks(workspace)).get(name);
    if (file === undefined) return sendText(response, 404, `there is no notebook ${JSON.stringify(name)}`);
    const folder = join(workspace.folder, "out", "shared", name);
    await exportNotebooks([file], folder, workspace);
    sendText(response, 200, folder);
  }

  async function pageAt(path: string): Promise<string | undefined> {
    try {
      const { script, index, style, version, notebooks } = await pages.bundle();
      if (path === "") {
        const live = { script: `assets/${index}`, trash: await notebookFiles.notebooks.trash() };
        return indexPage(`assets/${style}`, await pages.summaries(), live);
      }
      const name = path.replace(/\.html$/, "");
      const notebook = notebooks.get(name);
      if (notebook === undefined) return undefined;
      const title = await pages.title(name);
      const addresses = { script: `assets/${script}`, style: `assets/${style}`, notebook: `assets/${notebook}` };
      return notebookPage({ mode: "live", name, title, version, cluster, ...addresses });
    } catch (error) {
      return messagePage("", "The page does not build", error instanceof Error ? error.message : String(error));
    }
  }

  const shown = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${shown}:${bound}/?token=${token}`,
    port: bound,
    token,
    async close() {
      server.closeAllConnections();
      await Promise.all([new Promise((resolve) => server.close(resolve)), pages.close()]);
    },
  };
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  response.end(`${text}\n`);
}

function sendHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, { "content-type": contentType("page.html"), "cache-control": "no-store" });
  response.end(html);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": contentType("data.json"), "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}

/** Bundled files have a hash of their content in their names, and are kept for good where nothing else is said. */
function sendBytes(
  response: ServerResponse,
  bytes: Uint8Array,
  type: string,
  keeping = "private, max-age=31536000, immutable",
): void {
  response.writeHead(200, { "content-type": type, "cache-control": keeping });
  response.end(bytes);
}

/** A path of this server, told that it is opened anew; the list of notebooks for what leads elsewhere. */
function pathBelow(to: string): string {
  const base = "http://here";
  const address = URL.canParse(to, base) ? new URL(to, base) : new URL(base);
  if (address.origin !== base) return "/";
  address.searchParams.set(openedAnew, "");
  return `${address.pathname.replace(/^\/+/, "/")}${address.search}${address.hash}`;
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname).slice(1);
  } catch {
    return undefined;
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const last = port === 0 ? 0 : Math.min(port + ports, 65_535);
  for (let next = port; ; next++) {
    const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once("error", resolve);
      server.listen(next, host, () => {
        server.off("error", resolve);
        resolve(undefined);
      });
    });
    if (!failure) return;
    if (failure.code !== "EADDRINUSE") throw new Error(`cannot listen on ${host}:${next}: ${failure.message}`);
    if (next >= last) throw new Error(`the ports ${port} to ${last} are all taken; give another with --port`);
  }
}
