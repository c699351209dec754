import { link, readdir, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../lib/files/makeFolder.ts";
import { fileBelow } from "./sendFile.ts";

/** Where deleted notebooks lie, below the folder of notebooks; hidden, so that no notebook is found in it. */
const trashFolder = ".trash";

/** A deleted notebook. */
export interface TrashedNotebook {
  /** What it is restored by: its name, `~`, and when it was deleted. */
  entry: string;
  name: string;
  /** ms since 1970. */
  deletedAt: number;
}

/** Something that was asked for and cannot be done, with the HTTP status that says so. */
export class FolderError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Makes, renames, deletes and restores the files of notebooks in one folder. None of it ever replaces a file. */
export class NotebookFolder {
  constructor(private readonly folder: string) {}

  /** The file of a new notebook. Throws a FolderError where the name is not valid. */
  target(name: string): string {
    if (!/^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,78}[\p{L}\p{N}])?$/u.test(name) || name.toLowerCase() === "index")
      throw new FolderError(
        422,
        `${JSON.stringify(name.slice(0, 100))} is no name for a notebook; valid are up to 80 letters, digits, blanks and . _ - between them, other than "index"`,
      );
    return join(this.folder, `${name}.html`);
  }

  /** Writes a new notebook. */
  async create(name: string, text: string): Promise<void> {
    await writeFile(this.target(name), text, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
      throw taken(name, error);
    });
  }

  async rename(name: string, to: string): Promise<void> {
    await move(await this.existing(name), this.target(to), to);
  }

  /** Moves a notebook to the trash; returns what restores it. */
  async delete(name: string): Promise<string> {
    const file = await this.existing(name);
    const entry = `${name}~${Date.now()}`;
    await makeFolder(join(this.folder, trashFolder));
    await rename(file, join(this.folder, trashFolder, `${entry}.html`));
    return entry;
  }

  /** Moves a notebook back from the trash; returns its name. */
  async restore(entry: string): Promise<string> {
    const found = (await this.trash()).find((one) => one.entry === entry);
    if (!found) throw new FolderError(404, `there is no ${JSON.stringify(entry.slice(0, 200))} in the trash`);
    await move(join(this.folder, trashFolder, `${entry}.html`), this.target(found.name), found.name);
    return found.name;
  }

  /** The deleted notebooks, the latest first. */
  async trash(): Promise<TrashedNotebook[]> {
    const files = await readdir(join(this.folder, trashFolder)).catch(() => []);
    return files
      .flatMap((file) => {
        const [, entry, name, time] = /^((.+)~(\d+))\.html$/.exec(file) ?? [];
        return entry === undefined || name === undefined ? [] : [{ entry, name, deletedAt: Number(time) }];
      })
      .sort((a, b) => b.deletedAt - a.deletedAt);
  }

  private async existing(name: string): Promise<string> {
    const file = name.includes("/") ? undefined : await fileBelow(this.folder, `${name}.html`);
    if (file === undefined) throw new FolderError(404, `there is no notebook ${JSON.stringify(name)}`);
    return file;
  }
}

/** A link fails where there is a file already, as a rename does not. */
async function move(from: string, to: string, name: string): Promise<void> {
  await link(from, to).catch((error: NodeJS.ErrnoException) => {
    throw taken(name, error);
  });
  await unlink(from);
}

function taken(name: string, error: NodeJS.ErrnoException): FolderError {
  if (error.code === "EEXIST") return new FolderError(409, `there is a notebook ${JSON.stringify(name)} already`);
  return new FolderError(507, `the notebook ${JSON.stringify(name)} cannot be written: ${error.code}`);
}
