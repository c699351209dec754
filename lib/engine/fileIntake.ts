import type { Engine } from "./engine.ts";

/** A file that a person gave to a page: its path among those that were given together, and its content. */
export interface GivenFile {
  path: string;
  content: File;
}

/** A name in a folder. */
export interface FolderEntry {
  name: string;
  isFolder: boolean;
  /** Bytes; 0 for a folder. */
  size: number;
}

/** An engine in a page, or behind one, to which people give files that it could not reach by itself. */
export interface FileIntake extends Engine {
  /** What happens to files that are given, in a sentence. */
  readonly intake: string;
  /**
   * Makes files readable; returns addresses for `files` and `scan`. Throws an Error of one line where a file is too
   * large to be taken, with what to do instead.
   */
  take(files: readonly GivenFile[], options?: { signal?: AbortSignal }): Promise<string[]>;
  /** What is in a folder, folders first, then by name; hidden names are left out. Empty where there is no such folder. */
  entries(folder: string): Promise<FolderEntry[]>;
}

/** Files up to this many bytes are copied: to the local server, or into the page's own engine. */
export const mostTaken = 100 * 2 ** 20;

/** What the addresses of copied files begin with. */
export const droppedFolder = "dropped/";

export function takesFiles(engine: Engine): engine is FileIntake {
  return "take" in engine && "entries" in engine;
}

/** In the order in which people look for names: folders first. */
export function inOrder(entries: FolderEntry[]): FolderEntry[] {
  return entries.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || (a.name < b.name ? -1 : 1));
}

/** A number of bytes as messages say it. */
export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MB`;
}
