import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { ResultCache } from "../cells/cachedResult.ts";
import { makeFolder } from "../lib/files/makeFolder.ts";
import { writeWhole } from "./commands/writeFileWhole.ts";
import { projectRoot } from "./projectRoot.ts";

/** The most bytes that are kept of all results, and of one. */
const mostKept = 512 * 2 ** 20;
const mostOfOne = 64 * 2 ** 20;

const isKey = (key: string) => /^[0-9a-f]{64}$/.test(key);

/** What a cache holds. */
export interface CacheSize {
  folder: string;
  results: number;
  bytes: number;
}

/**
 * Results of long steps in a folder, one file each, whole or not at all. When they take more than `most` bytes, those
 * that were asked for longest ago go first.
 */
export class FolderCache implements ResultCache {
  constructor(
    readonly folder = join(projectRoot(), "dist", "results"),
    private readonly most = mostKept,
  ) {}

  async get(key: string): Promise<{ text: string; savedAt: number } | undefined> {
    const file = this.file(key);
    try {
      const { mtimeMs } = await stat(file);
      const text = await readFile(file, "utf8");
      await utimes(file, new Date(), new Date(mtimeMs)).catch(() => {});
      return { text, savedAt: mtimeMs };
    } catch {
      return undefined;
    }
  }

  async put(key: string, text: string): Promise<void> {
    if (Buffer.byteLength(text) > Math.min(mostOfOne, this.most)) return;
    await makeFolder(this.folder);
    await writeWhole(this.file(key), (beside) => writeFile(beside, text));
    await this.shrink();
  }

  async clear(): Promise<void> {
    for (const { file } of await this.files()) await rm(file, { force: true });
  }

  async size(): Promise<CacheSize> {
    const files = await this.files();
    return { folder: this.folder, results: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
  }

  /** Answers a page: GET and PUT of a key, DELETE of all. */
  async answer(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const end = (status: number, headers = {}, text = "") =>
      void response.writeHead(status, { "cache-control": "no-store", ...headers }).end(text);
    if (request.method === "DELETE" && key === "") {
      await this.clear();
      return end(204);
    }
    if (!isKey(key)) return end(404);
    if (request.method === "GET") {
      const found = await this.get(key);
      if (!found) return end(204);
      return end(200, { "content-type": "application/json", "x-saved-at": String(found.savedAt) }, found.text);
    }
    if (request.method !== "PUT") return end(405);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size <= mostOfOne) chunks.push(chunk);
    }
    if (size > mostOfOne) return end(413);
    await this.put(key, Buffer.concat(chunks).toString("utf8"));
    end(204);
  }

  private file(key: string): string {
    if (!isKey(key)) throw new Error(`${JSON.stringify(key)} is no key of a result`);
    return join(this.folder, `${key}.json`);
  }

  private async files(): Promise<{ file: string; size: number; used: number }[]> {
    const names = await readdir(this.folder).catch(() => []);
    const known = names.filter((name) => /^[0-9a-f]{64}\.json/.test(name)).map((name) => join(this.folder, name));
    const found = await Promise.all(
      known.map(async (file) => {
        const status = await stat(file).catch(() => undefined);
        return status ? [{ file, size: status.size, used: status.atimeMs }] : [];
      }),
    );
    return found.flat();
  }

  private async shrink(): Promise<void> {
    const files = (await this.files()).sort((a, b) => a.used - b.used);
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    for (const { file, size } of files) {
      if (bytes <= this.most) break;
      await rm(file, { force: true });
      bytes -= size;
    }
  }
}
