import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** A folder with notebooks and the data beside them. */
export interface Workspace {
  /** What relative addresses in notebooks start from. */
  folder: string;
  /** Where the notebooks lie. */
  notebooksFolder: string;
  /** Served to pages as `datasets/`, where it exists. */
  datasetsFolder: string;
}

/** The workspace of a folder: its notebooks are in `notebooks/`, or in the folder itself where there is none. */
export async function openWorkspace(folder: string): Promise<Workspace> {
  const root = resolve(folder);
  if (!(await isFolder(root))) throw new Error(`${folder}: no such folder`);
  const inner = join(root, "notebooks");
  const notebooksFolder = (await isFolder(inner)) ? inner : root;
  return { folder: root, notebooksFolder, datasetsFolder: join(root, "datasets") };
}

/** The workspace that a notebook's file belongs to. */
export async function workspaceOf(file: string): Promise<Workspace> {
  const folder = dirname(resolve(file));
  if (!(await isFolder(folder))) throw new Error(`${file}: no such notebook`);
  return openWorkspace(basename(folder) === "notebooks" ? dirname(folder) : folder);
}

/** The notebook that a workspace starts with, where it has one of this name. */
export const firstNotebook = "quickstart";

/** The notebooks of a workspace, each with its file, none of them a link: the first one, then in order of name. */
export async function findNotebooks({ notebooksFolder }: Workspace): Promise<Map<string, string>> {
  const entries = await readdir(notebooksFolder, { withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && entry.name.endsWith(".html") && !entry.name.startsWith("."),
  );
  const names = files.map(({ name }) => name.slice(0, -".html".length)).sort();
  const first = names.filter((name) => name === firstNotebook);
  const order = [...first, ...names.filter((name) => name !== firstNotebook)];
  return new Map(order.map((name) => [name, join(notebooksFolder, `${name}.html`)]));
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
