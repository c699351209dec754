import { mkdir, mkdtemp } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { serveEngine } from "../../lib/engine/serveEngine.ts";
import { openTrino } from "../../lib/engine/trino.ts";
import { defineCommand } from "../command.ts";
import { openInBrowser } from "../openInBrowser.ts";
import { projectRoot } from "../projectRoot.ts";
import { FolderCache } from "../resultCache.ts";
import { startServer } from "../server.ts";
import { serveSystems } from "../serveSystems.ts";
import { UsageError } from "../usageError.ts";
import { withTemporaryFolder } from "../withTemporaryFolder.ts";
import { findNotebooks, firstNotebook, openWorkspace } from "../workspace.ts";
import { clusterOption, engineOption } from "./engineOption.ts";
import { numberOption } from "./numberOption.ts";

const defaultPort = 4680;
const loopback = ["127.0.0.1", "localhost", "::1"];

/** `palette serve`: the workbench, until it is interrupted. */
export const serve = defineCommand({
  name: "serve",
  summary: "serve a folder's notebooks to this machine's browser, and reload them when a file changes",
  usage: "serve [folder] [options]",
  positionals: { min: 0, max: 1 },
  options: {
    port: { type: "string", value: "number", help: `where to listen; default ${defaultPort}, or the next free one` },
    host: { type: "string", value: "address", help: `one of ${loopback.join(", ")}; default 127.0.0.1` },
    data: {
      type: "string",
      multiple: true,
      value: "folder",
      help: "let notebooks read the files of this folder as well",
    },
    engine: engineOption,
    open: { type: "boolean", help: "open the browser" },
  },
  async run({ values, positionals: [folder = projectRoot()], json, print, signal }) {
    const { host = "127.0.0.1", open = false } = values;
    if (!loopback.includes(host))
      throw new UsageError(`--host ${JSON.stringify(host)} is refused; valid are ${loopback.join(", ")}`);
    const cluster = clusterOption(values.engine);
    const port = numberOption("port", values.port, defaultPort, { whole: true, least: 0, below: 65_536 });
    const workspace = await openWorkspace(folder);
    const roots: [string, ...string[]] = [workspace.folder];
    for (const data of values.data ?? []) roots.push((await openWorkspace(data)).folder);
    return withTemporaryFolder(async (temporary) => {
      const copies = join(temporary, "copies");
      await mkdir(copies);
      const folders = [...roots, copies];
      // Engines that share a folder to spill to would overwrite each other's files.
      const openEmbedded = async () =>
        openDuckDBNode({ folders, tempDirectory: await mkdtemp(join(temporary, "engine-")) });
      const openEngine = (address?: string) => {
        if (address === undefined) return openEmbedded();
        // Passwords of the environment go to no other address, and no notebook reaches out on its own.
        if (address !== cluster) throw new Error(`${address}: not the engine that the workbench was started for`);
        return openTrino(address);
      };
      const engines = serveEngine(openEngine, { roots, copies, token: null });
      const engine = (request: IncomingMessage, response: ServerResponse) => engines.handle(request, response);
      const systems = serveSystems();
      const cache = new FolderCache();
      const server = await startServer({ workspace, engine, systems: systems.handle, cache, host, port, cluster });
      print({ url: server.url, port: server.port }, `Palette is at ${server.url}`);
      if (open && !json) {
        const hasFirst = (await findNotebooks(workspace)).has(firstNotebook);
        openInBrowser(hasFirst ? server.url.replace("/?", `/${firstNotebook}.html?`) : server.url);
      }
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      await Promise.all([server.close(), engines.close(), systems.close()]);
      return 0;
    });
  },
});
