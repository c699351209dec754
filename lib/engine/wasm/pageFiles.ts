import type { EngineFile } from "../engine.ts";
import { type FolderEntry, inOrder } from "../fileIntake.ts";
import { globPattern, isGlob } from "../globPattern.ts";

/** What a page knows as a file: a picked file, bytes, or an address to fetch from when first needed. */
export type Content = Blob | Uint8Array | URL;

/** The files that a page has made known, by path. */
export class PageFiles {
  private readonly contents = new Map<string, Blob | URL | Promise<Blob>>();

  register(path: string, content: Content): void {
    this.contents.set(path, content instanceof Uint8Array ? new Blob([content as Uint8Array<ArrayBuffer>]) : content);
  }

  forget(path: string): void {
    this.contents.delete(path);
  }

  /** A file as a Blob, fetched at most once. Throws where the path is unknown or cannot be fetched. */
  async blob(path: string): Promise<Blob> {
    const content = this.contents.get(path);
    if (content === undefined) throw new Error(`${path}: no such file or folder`);
    if (!(content instanceof URL)) return content;
    const fetched = fetchBlob(path, content);
    this.contents.set(path, fetched);
    return fetched.catch((error: unknown) => {
      this.contents.set(path, content);
      throw error;
    });
  }

  /** What is in a folder, as `FileIntake.entries` describes; sizes are known of files that are there already. */
  entries(folder: string): FolderEntry[] {
    const start = folder === "" ? "" : folder.replace(/\/?$/, "/");
    const found = new Map<string, FolderEntry>();
    for (const [path, content] of this.contents) {
      const name = path.slice(start.length).split("/")[0]!;
      if (!path.startsWith(start) || name.startsWith(".")) continue;
      const isFolder = path.length > start.length + name.length;
      found.set(name, { name, isFolder, size: content instanceof Blob && !isFolder ? content.size : 0 });
    }
    return inOrder([...found.values()]);
  }

  /** The files behind an address, as `Engine.files` describes. */
  async list(address: string): Promise<EngineFile[]> {
    const paths = [...this.contents.keys()].sort();
    const folder = address.replace(/\/?$/, "/");
    const visible = (path: string) => !path.split("/").some((part) => part.startsWith("."));
    let found = paths.filter((path) => path === address);
    if (found.length === 0)
      found = paths.filter((path) => path.startsWith(folder) && visible(path.slice(folder.length)));
    if (found.length === 0 && isGlob(address)) {
      const pattern = globPattern(address);
      found = paths.filter((path) => pattern.test(path) && visible(path));
      if (found.length === 0) throw new Error(`${address}: no file matches`);
    }
    if (found.length === 0) throw new Error(`${address}: no such file or folder`);
    return Promise.all(found.map(async (path) => ({ path, size: (await this.blob(path)).size })));
  }
}

async function fetchBlob(path: string, address: URL): Promise<Blob> {
  const response = await fetch(address).catch((error: unknown) => {
    throw new Error(`${path}: cannot be fetched: ${(error as Error).message}`, { cause: error });
  });
  if (!response.ok) throw new Error(`${path}: cannot be fetched: status ${response.status} ${response.statusText}`);
  return response.blob();
}
