import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder with those above it that are missing. Node's own `recursive` never ends where a file system, such as
 * /proc, says of a folder in one that exists that there is no such place.
 * @throws Error of the system where it cannot be made, or is a file
 */
export async function makeFolder(folder: string): Promise<void> {
  const missing = await tryFolder(folder);
  if (missing === undefined) return;
  const above = dirname(folder);
  if (above === folder) throw missing;
  await makeFolder(above);
  if ((await tryFolder(folder)) !== undefined) throw missing;
}

/** Makes a folder in one that is there; the error where there is none. */
async function tryFolder(folder: string): Promise<Error | undefined> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return error as Error;
    if (code !== "EEXIST" || !(await stat(folder)).isDirectory()) throw error;
  }
  return undefined;
}
