import { datasetDigest } from "../lib/traces/datasetDigest.ts";
import { codeVersion } from "./codeVersion.ts";
import type { OpenTraces } from "./openTraces.ts";

/** Keeps texts by key: in the local server, or in a folder. */
export interface ResultCache {
  /** The text under a key and when it was put there, in ms since 1970; undefined where there is none. */
  get(key: string): Promise<{ text: string; savedAt: number } | undefined>;
  put(key: string, text: string): Promise<void>;
  clear(): Promise<void>;
}

/** What is told of a result that was not computed. */
export interface CachedResult {
  /** When it was computed, in ms since 1970. */
  savedAt: number;
  /** Forgets all results. */
  clear(): Promise<void>;
}

export interface CachingOptions {
  cache?: ResultCache;
  /** Told where the result comes from the cache. */
  onCached?: (result: CachedResult) => void;
  /** Stops the step where it asks the engine next. */
  signal?: AbortSignal;
}

/**
 * The result of a long step over traces, from the cache where the same step was done before: on traces of the same
 * content, with the same options and the same code. What a cache does not hold, or cannot be asked for, is computed.
 * @param step its name and everything, beside the traces, that the result depends on; the result must be plain JSON
 */
export async function cachedResult<Result extends object>(
  { cache, onCached }: CachingOptions,
  { dataset, files, ledger }: Pick<OpenTraces, "dataset" | "files" | "ledger">,
  step: readonly [name: string, ...options: unknown[]],
  compute: () => Promise<Result>,
): Promise<Result> {
  if (!cache || codeVersion === null) return compute();
  const input = JSON.stringify([codeVersion, await datasetDigest(dataset), files, ledger, step]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(input));
  const key = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const found = await cache.get(key).catch(() => undefined);
  if (found) {
    onCached?.({ savedAt: found.savedAt, clear: () => cache.clear() });
    return JSON.parse(found.text) as Result;
  }
  const result = await compute();
  // A full disk or a stopped server takes nothing from the result.
  await cache.put(key, JSON.stringify(result)).catch(() => {});
  return result;
}
