import { existsSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder with those above it that are missing. Node's own `recursive` never ends where a file system, such as
 * /proc, says of a folder in one that exists that there is no such place.
 * @throws Error of the system where it cannot be made, or is a file
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await stat(folder)).isDirectory()) return;
    const above = dirname(folder);
    if (code !== "ENOENT" || above === folder || existsSync(above)) throw error;
    await makeFolder(above);
    await makeFolder(folder);
  }
}
