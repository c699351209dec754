import { createReadStream } from "node:fs";
import { access, constants, readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import type { EngineFile } from "../engine.ts";
import { globPattern, isGlob } from "../globPattern.ts";
import { nodeFileError } from "./nodeFileError.ts";

/**
 * The files behind an address: one file, every file below a folder, or those that match a glob (`*` and `?` within a
 * name, `[a-z]`, `**` across folders). In order of path (by UTF-16 code), hidden files left out of folders and globs.
 * Throws where there is none, or where a file or folder cannot be read.
 */
export async function nodeFiles(address: string): Promise<EngineFile[]> {
  const found = await stat(address).catch((error: NodeJS.ErrnoException) => error);
  if (!(found instanceof Error)) {
    if (found.isFile()) return [{ path: address, size: await readable(address, found.size) }];
    if (!found.isDirectory()) throw new Error(`${address}: neither a file nor a folder`);
    const files = await walk(address, () => true);
    if (files.length === 0) throw new Error(`${address}: the folder has no files`);
    return files;
  }
  if (!isGlob(address)) throw nodeFileError(address, found);
  const parts = address.split(sep);
  const fixed = parts.slice(0, parts.findIndex(isGlob));
  const pattern = globPattern(parts.slice(fixed.length).join("/"));
  const files = await walk(fixed.length === 0 ? "." : fixed.join(sep) || sep, (path) => pattern.test(path));
  if (files.length === 0) throw new Error(`${address}: no file matches`);
  return files;
}

/** The bytes of a file. Throws where it cannot be read. */
export async function openNodeFile(path: string): Promise<ReadableStream<Uint8Array>> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) throw nodeFileError(path, found);
  if (!found.isFile()) throw new Error(`${path}: not a file`);
  await readable(path, found.size);
  return Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
}

async function walk(base: string, matches: (path: string) => boolean): Promise<EngineFile[]> {
  const entries = await readdir(base, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw nodeFileError(error.path ?? base, error);
    },
  );
  const files: EngineFile[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const below = relative(base, path).replaceAll(sep, "/");
    if (below.split("/").some((part) => part.startsWith(".")) || !matches(below)) continue;
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error) throw nodeFileError(path, found);
    if (found.isFile()) files.push({ path, size: await readable(path, found.size) });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function readable(path: string, size: number): Promise<number> {
  await access(path, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw nodeFileError(path, error);
  });
  return size;
}
