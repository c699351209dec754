import { createWriteStream } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { dirname, join, relative, sep } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { makeFolder } from "../../files/makeFolder.ts";
import { droppedFolder, type FolderEntry, inOrder, megabytes, mostTaken } from "../fileIntake.ts";
import { confinePath } from "./confinePath.ts";
import { StatusError } from "./engineSessions.ts";

/** All that one page may copy to the server, in bytes. */
const mostOfPage = 10 * mostTaken;

/** Names looked at in search of a file. */
const mostLooked = 200_000;

/** The copies of files that pages have given to the server, one folder a session, known to it as `dropped/…`. */
export class CopiedFiles {
  private readonly bytes = new Map<string, number>();

  constructor(private readonly folder: string) {}

  /** Writes a request's body into the session's folder. */
  async write(session: string, path: string, request: IncomingMessage): Promise<void> {
    const parts = path.split("/");
    if (parts.some((part) => part === "" || part.startsWith(".") || /[\\\0]/.test(part) || part.length > 200))
      throw new StatusError(400, `${JSON.stringify(path)} is no name for a file`);
    const file = join(this.folder, session, ...parts);
    await makeFolder(dirname(file));
    let length = 0;
    const count = (chunk: Buffer): Error | null => {
      length += chunk.length;
      const all = (this.bytes.get(session) ?? 0) + chunk.length;
      this.bytes.set(session, all);
      if (length > mostTaken) return new StatusError(413, `${path}: more than ${megabytes(mostTaken)} are not copied`);
      if (all > mostOfPage) return new StatusError(413, `a page copies at most ${megabytes(mostOfPage)}: reload it`);
      return null;
    };
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        done(count(chunk), chunk);
      },
    });
    try {
      await pipeline(request, counted, createWriteStream(file, { flags: "wx" }));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  /** The path behind an address of a copy, or undefined where it is no copy of this session. */
  async pathOf(session: string, address: string): Promise<string | undefined> {
    if (!address.startsWith(droppedFolder)) return undefined;
    const own = join(this.folder, session);
    const found = await stat(own).catch(() => undefined);
    return found && confinePath([own], address.slice(droppedFolder.length));
  }

  /** The address of a copy, or undefined where a path is none. */
  addressOf(session: string, path: string): string | undefined {
    const own = join(this.folder, session) + sep;
    return path.startsWith(own) ? droppedFolder + relative(own, path).replaceAll(sep, "/") : undefined;
  }

  /** A text with the addresses of copies in place of their paths. */
  named(session: string, text: string): string {
    return text.replaceAll(join(this.folder, session) + sep, droppedFolder);
  }

  async forget(session: string): Promise<void> {
    this.bytes.delete(session);
    await rm(join(this.folder, session), { recursive: true, force: true });
  }
}

/** What is in a folder, hidden names left out. */
export async function entriesOf(folder: string): Promise<FolderEntry[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const shown = entries.filter((entry) => !entry.name.startsWith(".") && (entry.isFile() || entry.isDirectory()));
  const described = shown.slice(0, 2_000).map(async (entry): Promise<FolderEntry> => {
    const isFolder = entry.isDirectory();
    return { name: entry.name, isFolder, size: isFolder ? 0 : (await stat(join(folder, entry.name))).size };
  });
  return inOrder(await Promise.all(described));
}

/**
 * The file of a name, size and time of change (ms) in one of the folders: where a file lies that a page has been given,
 * which does not say. Hidden folders and packages are not looked into.
 */
export async function findFile(
  folders: readonly string[],
  { name, size, modified }: { name: string; size: number; modified: number },
): Promise<string | undefined> {
  const queue = [...folders];
  let looked = 0;
  for (let folder = queue.shift(); folder !== undefined && looked < mostLooked; folder = queue.shift()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    looked += entries.length;
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) queue.push(path);
      if (!entry.isFile() || entry.name !== name) continue;
      const found = await stat(path).catch(() => undefined);
      if (found?.size === size && Math.abs(found.mtimeMs - modified) < 1) return path;
    }
  }
  return undefined;
}
