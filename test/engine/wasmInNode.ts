import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Worker as NodeThread } from "node:worker_threads";
import { type DuckDBWasm, openDuckDBWasm } from "../../lib/engine/duckdbWasm.ts";

const { resolve } = createRequire(import.meta.url);

/** The page's engine, in a thread of this process. */
export async function openWasmInNode(): Promise<DuckDBWasm> {
  return openDuckDBWasm({
    module: resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm"),
    worker: new ThreadAsWorker(resolve("@duckdb/duckdb-wasm/dist/duckdb-node-eh.worker.cjs")) as unknown as Worker,
    parquet: await readFile(resolve("parquet-wasm/esm/parquet_wasm_bg.wasm")),
  });
}

/** What DuckDB's worker script expects around it; it prints each error of a query, which the caller gets anyway. */
const surroundings = `
  const { parentPort, workerData } = require("node:worker_threads");
  console.log = () => {};
  globalThis.postMessage = (message, transfer) => parentPort.postMessage(message, transfer);
  parentPort.on("message", (data) => globalThis.onmessage?.({ data }));
  require(workerData);`;

/** A thread of Node behind the interface of a page's Worker. */
class ThreadAsWorker extends EventTarget {
  private readonly thread: NodeThread;

  constructor(script: string) {
    super();
    this.thread = new NodeThread(surroundings, { eval: true, workerData: script });
    this.thread.on("message", (data) => this.dispatchEvent(new MessageEvent("message", { data })));
    this.thread.on("error", ({ message }) => this.dispatchEvent(Object.assign(new Event("error"), { message })));
    this.thread.on("exit", () => this.dispatchEvent(new Event("close")));
  }

  postMessage(message: unknown, transfer: ArrayBuffer[] = []): void {
    this.thread.postMessage(message, transfer);
  }

  terminate(): void {
    void this.thread.terminate();
  }
}
