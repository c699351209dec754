import type { Engine, EngineFile } from "../engine/engine.ts";
import type { ColumnMapping } from "./columnMapping.ts";
import { type Detected, detectFormat, type FormatName, NotTraces } from "./detectFormat.ts";

export interface TraceFile extends EngineFile {
  detected: Detected;
}

/** A file that was left out. */
export interface Skipped {
  path: string;
  /** The file is of another kind than traces, or it is damaged, of unknown columns or otherwise unreadable. */
  rule: "not-traces" | "unreadable-file";
  /** One line, without the path. */
  reason: string;
}

export interface FindOptions {
  format?: FormatName | "auto";
  mapping?: ColumnMapping;
  signal?: AbortSignal;
}

/** Files that are looked into at once. */
const atOnce = 8;

/**
 * Resolves addresses (files, globs, folders) and finds how each file is to be read. Files that cannot be read are
 * listed with the reason; one that is of another kind than traces throws an Error of one line where it was named
 * itself, and not by a glob or a folder. A file met twice is read once.
 */
export async function findTraceFiles(
  engine: Engine,
  addresses: readonly string[],
  { format, mapping, signal }: FindOptions = {},
): Promise<{ found: TraceFile[]; skipped: Skipped[] }> {
  const files = new Map<string, EngineFile>();
  for (const address of addresses) {
    for (const file of await engine.files(address)) if (!files.has(file.path)) files.set(file.path, file);
  }
  const found: TraceFile[] = [];
  const skipped: Skipped[] = [];
  const look = async (file: EngineFile): Promise<TraceFile | Skipped> => {
    try {
      return { ...file, detected: await detectFormat(engine, file, format, mapping) };
    } catch (error) {
      if (error instanceof NotTraces && addresses.includes(file.path)) {
        throw new Error(`${file.path}: ${error.message}`);
      }
      return skippedFor(error, file.path);
    }
  };
  const all = [...files.values()];
  for (let i = 0; i < all.length; i += atOnce) {
    signal?.throwIfAborted();
    for (const result of await Promise.all(all.slice(i, i + atOnce).map(look))) {
      if ("reason" in result) skipped.push(result);
      else found.push(result);
    }
  }
  return { found, skipped };
}

/** What to say of a file that an error keeps from being read. */
export function skippedFor(error: unknown, path: string): Skipped {
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  return { path, rule: error instanceof NotTraces ? "not-traces" : "unreadable-file", reason };
}
