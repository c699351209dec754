import { sha256Of } from "./sha256Of.ts";

/** Path of the list of what an export wrote, with a hash of each file. */
export const exportedFile = "exported.json";

/**
 * The files of an export with `exported.json`, by which a later export into the same folder knows them.
 * @param own paths of files that are a person's own once they are there, and are not listed
 */
export function withExportedList(files: ReadonlyMap<string, string>, own: readonly string[]): Map<string, string> {
  const made = [...files].filter(([path]) => !own.includes(path));
  const hashes = Object.fromEntries(made.map(([path, text]) => [path, sha256Of(text)]));
  return new Map([...files, [exportedFile, `${JSON.stringify({ files: hashes }, undefined, 1)}\n`]]);
}
