import { readdir, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileBelow } from "./sendFile.ts";

/** A data file that a page can load. */
export interface DatasetFile {
  /** Relative to the page: `datasets/…`, with slashes. */
  path: string;
  /** In bytes. */
  size: number;
}

/**
 * The data files of a folder and its subfolders, in order of path; none where there is no such folder. Hidden files, the
 * scripts that made the data and links that lead out of the folder are left out.
 */
export async function listDatasets(folder: string): Promise<DatasetFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files: DatasetFile[] = [];
  for (const entry of entries) {
    const below = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
    const file = extname(below) === ".ts" ? undefined : await fileBelow(folder, below);
    if (file) files.push({ path: `datasets/${below}`, size: (await stat(file)).size });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
