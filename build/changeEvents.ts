import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { LivePages, NotebookPatch } from "./livePages.ts";

/** ms between two signs of life, so that neither end takes a silent connection for a dead one. */
const heartbeat = 15_000;

/** Tells servers apart that answer one after the other at the same address. */
const servers = new WeakMap<LivePages, string>();

/**
 * Answers with server-sent events, first `server` (a text of these pages alone), then now and after each bundle: `page` (the
 * version of the page itself), `notebook` (the address of the named notebook's module), `cells` (that of the cells that a
 * save has changed, ahead of the bundle), `problem` (why there is no new bundle).
 */
export function sendChangeEvents(response: ServerResponse, pages: LivePages, name: string): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
  const send = (event: string, data: string) =>
    response.write(`event: ${event}\ndata: ${data.replace(/[\r\n]+/g, " ")}\n\n`);
  const tell = async (patch?: NotebookPatch) => {
    if (patch?.name === name) send("cells", `assets/${patch.path}`);
    if (patch) return;
    try {
      const { version, notebooks } = await pages.bundle();
      const notebook = notebooks.get(name);
      send("page", version);
      if (notebook === undefined) send("problem", `The notebook ${name} is gone.`);
      else send("notebook", `assets/${notebook}`);
    } catch (error) {
      send("problem", error instanceof Error ? error.message : String(error));
    }
  };
  const server = servers.get(pages) ?? randomUUID();
  servers.set(pages, server);
  send("server", server);
  const forget = pages.onChange(tell);
  const timer = setInterval(() => response.write(":\n\n"), heartbeat);
  response.on("close", () => {
    clearInterval(timer);
    forget();
  });
  void tell();
}
