import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { requireEmpty, writeFolder } from "../files/writeFolder.ts";
import { exportedFile } from "./exportedList.ts";
import { sha256Of } from "./sha256Of.ts";

/**
 * Writes an export, with its `exported.json`, into a folder that is new, empty, or an earlier export. Of an earlier one,
 * files that are no longer made go, and what others put there stays; nothing is written where a file was changed since it
 * was exported.
 * @param own files that are a person's own once they are there: written where they are missing, else left as they are
 * @throws one line that names the file and what is in the way
 */
export async function writeExport(
  folder: string,
  files: ReadonlyMap<string, string>,
  own: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const before = await exportedBefore(folder);
  if (before === undefined) await requireEmpty(folder);
  for (const [path, hash] of Object.entries(before ?? {})) {
    const text = await readFile(join(folder, path), "utf8").catch(() => undefined);
    if (text !== undefined && sha256Of(text) !== hash)
      throw new Error(
        `${join(folder, path)}: was changed since it was exported: export into another folder, or take the change back${own.length > 0 ? ` (${own.join(", ")} may be changed)` : ""}`,
      );
  }
  const made = [...files.keys()].filter((path) => !own.includes(path) && path !== exportedFile);
  for (const path of made) {
    if (before && !(path in before) && existsSync(join(folder, path)))
      throw new Error(`${join(folder, path)}: is there already, and was not exported`);
  }
  for (const path of Object.keys(before ?? {})) if (!made.includes(path)) await rm(join(folder, path), { force: true });
  const kept = own.filter((path) => existsSync(join(folder, path)));
  const written = [...files].filter(([path]) => !kept.includes(path));
  await writeFolder(folder, new Map(written), signal);
}

/** Hashes by path of what an earlier export wrote; undefined where there was none. */
async function exportedBefore(folder: string): Promise<Record<string, string> | undefined> {
  const text = await readFile(join(folder, exportedFile), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { files } = JSON.parse(text) as { files: Record<string, string> };
    const entries = Object.entries(files);
    if (entries.every(([path, hash]) => !/(^|[\\/])\.\.([\\/]|$)|^[\\/]/.test(path) && typeof hash === "string"))
      return files;
  } catch {
    // What cannot be read is no list.
  }
  throw new Error(`${join(folder, exportedFile)}: is no list of what an export wrote`);
}
