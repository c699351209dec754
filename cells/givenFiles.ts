import type { GivenFile } from "../lib/engine/fileIntake.ts";

/** The files that were dropped, those in dropped folders with their paths; hidden ones are left out. */
export async function givenFiles(dropped: DataTransfer): Promise<GivenFile[]> {
  const entries = [...dropped.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (entries.length === 0) return pickedFiles(dropped.files);
  const files: GivenFile[] = [];
  const add = async (entry: FileSystemEntry): Promise<void> => {
    const path = entry.fullPath.replace(/^\/+/, "");
    if (entry.name.startsWith(".")) return;
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      files.push({ path, content: file });
      return;
    }
    for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) await add(child);
  };
  for (const entry of entries) await add(entry);
  return files;
}

/** The files that a person picked. */
export function pickedFiles(files: Iterable<File> | ArrayLike<File>): GivenFile[] {
  return Array.from(files, (content) => ({ path: content.webkitRelativePath || content.name, content }));
}

/** Browsers tell of a folder's entries in parts, the last of them empty. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
