import { tableFromIPC, tableToIPC } from "apache-arrow";
import { type DuckDBWasm, openDuckDBWasm } from "../../lib/engine/duckdbWasm.ts";
import type { Scan, ScanOptions } from "../../lib/engine/engine.ts";
import { decodeParameter, type WireParameter } from "../../lib/engine/http/wireParameters.ts";

/** The engine of this page, as functions that a test outside of it can call: texts and numbers in, texts out. */
const calls = {
  async open(key: string): Promise<void> {
    engines.set(
      key,
      await openDuckDBWasm({
        module: new URL("duckdb-eh.wasm", document.baseURI).href,
        worker: new Worker(new URL("duckdb-browser-eh.worker.js", document.baseURI)),
        parquet: new URL("parquet_wasm_bg.wasm", document.baseURI),
      }),
    );
  },
  register: async (key: string, path: string, base64: string) =>
    engineOf(key).register(path, new Blob([bytesOf(base64) as Uint8Array<ArrayBuffer>])),
  async query(key: string, id: string, sql: string, parameters: WireParameter[]): Promise<string> {
    const controller = new AbortController();
    running.set(id, controller);
    const onProgress = (share: number) => void shares.set(id, [...(shares.get(id) ?? []), share]);
    try {
      const { signal } = controller;
      const table = await engineOf(key).query(sql, parameters.map(decodeParameter), { signal, onProgress });
      return base64Of(tableToIPC(table, "stream"));
    } finally {
      running.delete(id);
    }
  },
  cancel: async (id: string, reason: string) => running.get(id)?.abort(new Error(reason)),
  progress: async (id: string) => shares.get(id) ?? [],
  insert: (key: string, table: string, rows: string) => engineOf(key).insert(table, tableFromIPC(bytesOf(rows))),
  files: (key: string, address: string) => engineOf(key).files(address),
  read: async (key: string, path: string) =>
    base64Of(new Uint8Array(await new Response(await engineOf(key).open(path)).arrayBuffer())),
  async scan(key: string, id: string, paths: string | string[], options: ScanOptions) {
    const scan = await engineOf(key).scan(paths, options);
    scans.set(id, scan);
    return { relation: scan.relation, columns: scan.columns, file: scan.file };
  },
  rejects: (id: string) => scans.get(id)!.rejects(),
  release: (id: string) => scans.get(id)!.release(),
  close: (key: string) => engineOf(key).close(),
};

export type EngineCalls = typeof calls;

const engines = new Map<string, DuckDBWasm>();
const running = new Map<string, AbortController>();
const shares = new Map<string, number[]>();
const scans = new Map<string, Scan>();

function engineOf(key: string): DuckDBWasm {
  return engines.get(key)!;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

Object.assign(globalThis, { calls });
