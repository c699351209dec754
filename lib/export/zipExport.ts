import { strToU8, zipSync } from "fflate";

/** The earliest time that a zip can hold: equal files give equal bytes. */
const earliest = "1980-01-01T00:00:00";

/**
 * The files of an export as a zip, all in one folder.
 * @param folder name of that folder
 */
export function zipExport(files: ReadonlyMap<string, string>, folder: string): Uint8Array<ArrayBuffer> {
  const tree = Object.fromEntries([...files].map(([path, text]) => [`${folder}/${path}`, strToU8(text)]));
  return zipSync(tree, { level: 6, mtime: earliest }) as Uint8Array<ArrayBuffer>;
}
