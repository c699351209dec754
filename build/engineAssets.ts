import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The files that the engine in the page loads, by their names below `assets/engine/`. */
export function engineAssets(): Map<string, string> {
  const { resolve } = createRequire(import.meta.url);
  const duckdb = dirname(resolve("@duckdb/duckdb-wasm"));
  return new Map([
    ["duckdb-eh.wasm", join(duckdb, "duckdb-eh.wasm")],
    ["duckdb-browser-eh.worker.js", join(duckdb, "duckdb-browser-eh.worker.js")],
    ["parquet_wasm_bg.wasm", resolve("parquet-wasm/esm/parquet_wasm_bg.wasm")],
  ]);
}
