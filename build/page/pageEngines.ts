import type { Engine } from "../../lib/engine/engine.ts";
import type { DatasetFile } from "../listDatasets.ts";
import { embedded } from "./engines.ts";

/** An engine that a page can have. */
export interface PageEngine {
  /** In the page's address: `?engine=wasm`. */
  name: string;
  label: string;
  /** As the command line and notebooks have it. */
  address: string;
  open(): Promise<Engine>;
}

const native: PageEngine = { name: "native", label: "native DuckDB", address: embedded, open: () => openOnServer() };
const wasm: PageEngine = { name: "wasm", label: "DuckDB in the page", address: embedded, open: openInPage };

/**
 * The engines that a page has, the preferred one first: without a server there is but one.
 * @param cluster address of the cluster that the server was started for
 */
export function pageEngines(mode: "live" | "static", cluster?: string): [PageEngine, ...PageEngine[]] {
  if (mode === "static") return [wasm];
  if (cluster === undefined) return [native, wasm];
  return [native, wasm, { name: "cluster", label: cluster, address: cluster, open: () => openOnServer(cluster) }];
}

/** Opens a session with the local server's engine or its cluster, which ends with the page. */
async function openOnServer(cluster?: string): Promise<Engine> {
  const { openHttpEngine } = await import("../../lib/engine/http.ts");
  const engine = await openHttpEngine({ url: new URL("engine/", document.baseURI), ...(cluster ? { cluster } : {}) });
  addEventListener("pagehide", () => void engine.close().catch(() => {}), { once: true });
  return engine;
}

/** Starts DuckDB in the page, with the data files that lie beside it made known by their addresses. */
async function openInPage(): Promise<Engine> {
  const address = (path: string) => new URL(path, document.baseURI);
  const [{ openDuckDBWasm }, files] = await Promise.all([
    import("../../lib/engine/duckdbWasm.ts"),
    fetch(address("assets/datasets.json")).then((response) => response.json() as Promise<DatasetFile[]>),
  ]);
  const engine = await openDuckDBWasm({
    module: address("assets/engine/duckdb-eh.wasm").href,
    worker: new Worker(address("assets/engine/duckdb-browser-eh.worker.js")),
    parquet: address("assets/engine/parquet_wasm_bg.wasm"),
  });
  for (const { path } of files) engine.register(path, address(path));
  return engine;
}
