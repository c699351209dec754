import { readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "./makeFolder.ts";

/** Writes files by their path in a folder, which is made where it is not there; throws one line that names the file. */
export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<void> {
  for (const [name, text] of files) {
    signal?.throwIfAborted();
    const target = join(folder, name);
    try {
      await makeFolder(dirname(target));
      await writeFile(target, text);
    } catch (error) {
      throw new Error(`${target}: cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Throws where a folder holds something already, which what is written would mix with. */
export async function requireEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new Error(`${folder}: cannot be written: ${error.code === "ENOTDIR" ? "it is a file" : error.message}`);
  });
  if (found.length > 0) throw new Error(`${folder}: cannot be written: the folder is not empty`);
}
