import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { tableFromIPC, tableToIPC } from "apache-arrow";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { arrowWithoutEval } from "../../build/arrowWithoutEval.ts";
import { contentSecurityPolicy, workerSecurityPolicy } from "../../build/contentSecurityPolicy.ts";
import { contentType } from "../../build/contentType.ts";
import { engineAssets } from "../../build/engineAssets.ts";
import type { Engine, QueryOptions, Scan } from "../../lib/engine/engine.ts";
import { encodeParameter } from "../../lib/engine/http/wireParameters.ts";
import { queryContract } from "../engine/contract.ts";
import { makeSamples } from "../engine/samples.ts";
import { scanContract } from "../engine/scanContract.ts";
import { type ChromiumPage, describeInChromium, openChromium } from "./chromium.ts";
import type { EngineCalls } from "./enginePage.ts";

describeInChromium("DuckDB in Chromium", () => {
  let server: Server;
  let chromium: ChromiumPage;
  let engines = 0;
  let ids = 0;

  beforeAll(async () => {
    server = await servePage();
    chromium = await openChromium();
    await chromium.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await chromium.page.waitForFunction(() => "calls" in globalThis);
  });
  afterEach(() => expect(chromium.problems).toEqual([]));
  afterAll(async () => {
    await chromium?.close();
    server?.close();
  });

  /** The page's functions; their errors arrive with their message alone. */
  const page = new Proxy({} as EngineCalls, {
    get:
      (_, name) =>
      (...given: unknown[]) =>
        call(String(name), given),
  });

  async function call(name: string, given: unknown[]): Promise<unknown> {
    const answer = await chromium.page.evaluate(
      ([name, given]) => {
        const { calls } = globalThis as unknown as { calls: Record<string, (...given: unknown[]) => Promise<unknown>> };
        return calls[name]!(...given).then(
          (value) => ({ value, error: undefined }),
          (error: Error) => ({ value: undefined, error: error.message }),
        );
      },
      [name, given] as [string, unknown[]],
    );
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }

  async function openWithFiles() {
    const key = String(engines++);
    await page.open(key);
    const engine: Engine = {
      kind: "duckdb-wasm",
      async query(sql, parameters = [], { signal, onProgress }: QueryOptions = {}) {
        signal?.throwIfAborted();
        const id = String(ids++);
        const abort = () => void page.cancel(id, (signal!.reason as Error).message);
        signal?.addEventListener("abort", abort, { once: true });
        const stream = await page.query(key, id, sql, parameters.map(encodeParameter));
        if (onProgress) for (const share of await page.progress(id)) onProgress(share);
        return tableFromIPC(Buffer.from(stream, "base64"));
      },
      insert: (table, rows) => page.insert(key, table, Buffer.from(tableToIPC(rows, "stream")).toString("base64")),
      files: (address) => page.files(key, address),
      open: async (path) => new Blob([Buffer.from(await page.read(key, path), "base64")]).stream(),
      async scan(paths, options): Promise<Scan> {
        const id = String(ids++);
        const described = await page.scan(key, id, typeof paths === "string" ? paths : [...paths], options);
        return { ...described, rejects: () => page.rejects(id), release: () => page.release(id) };
      },
      close: () => page.close(key),
    };
    const put = async (name: string, bytes: Uint8Array) => {
      await page.register(key, name, Buffer.from(bytes).toString("base64"));
      return name;
    };
    return { engine, put };
  }

  queryContract("duckdb-wasm in Chromium", async () => (await openWithFiles()).engine);
  scanContract("duckdb-wasm in Chromium", openWithFiles, makeSamples);
});

/** Serves the page and the engine's files under the policies that the workbench has. */
async function servePage(): Promise<Server> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL("enginePage.ts", import.meta.url))],
    ...{ bundle: true, write: false, format: "esm", platform: "browser", target: "es2022", logLevel: "error" },
    plugins: [arrowWithoutEval],
  });
  const files = engineAssets();
  const server = createServer(async (request, response) => {
    const name = (request.url ?? "/").slice(1);
    const file = files.get(name);
    response.setHeader(
      "content-security-policy",
      name.endsWith(".worker.js") ? workerSecurityPolicy : contentSecurityPolicy,
    );
    if (name === "page.js") response.setHeader("content-type", contentType(name)).end(bundle.outputFiles[0]!.contents);
    else if (file) response.setHeader("content-type", contentType(file)).end(await readFile(file));
    else if (name === "") response.setHeader("content-type", contentType("page.html")).end(html);
    else response.writeHead(name === "favicon.ico" ? 204 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const html = `<!doctype html><meta charset="utf-8"><title>Engine</title><script type="module" src="page.js"></script>`;
