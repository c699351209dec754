import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { writeWhole } from "./commands/writeFileWhole.ts";
import { fileBelow } from "./sendFile.ts";

/** The most bytes that a notebook's file may have. */
export const mostBytes = 16 * 2 ** 20;

/** Reads and saves the files of notebooks for pages. Saves of one server come one after the other. */
export class NotebookFiles {
  private readonly folder: string;
  private saving: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Answers a request for the notebook of a name: GET sends its text; PUT saves another one, if the file still has the
   * tag in `if-match`, and answers 412 with the text that it has otherwise. The tag is a hash of the text.
   */
  async answer(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const file = name.includes("/") ? undefined : await fileBelow(this.folder, `${name}.html`);
    if (file === undefined) return send(response, 404, `there is no notebook ${JSON.stringify(name)}`);
    if (request.method === "GET") return sendNotebook(response, 200, await readFile(file, "utf8"));
    if (request.method !== "PUT") return send(response, 405, "only GET and PUT are answered here");
    const text = await bodyOf(request);
    if (text === undefined) return send(response, 413, `a notebook has at most ${mostBytes / 2 ** 20} MB`);
    if (!/<notebook[\s>]/i.test(text)) return send(response, 422, "the text has no <notebook> element");
    const turn = this.saving.then(() => this.save(file, text, String(request.headers["if-match"] ?? ""), response));
    this.saving = turn.catch(() => {});
    await turn;
  }

  private async save(file: string, text: string, expected: string, response: ServerResponse): Promise<void> {
    const current = await readFile(file, "utf8");
    if (tagOf(current) !== expected) return sendNotebook(response, 412, current);
    try {
      await saveText(file, text);
    } catch (error) {
      return send(response, 507, (error as Error).message);
    }
    response.writeHead(204, { etag: tagOf(text), "cache-control": "no-store" }).end();
  }
}

/** Replaces a file's text: whoever reads it sees the old or the new one, also after a crash or a loss of power. */
export async function saveText(file: string, text: string): Promise<void> {
  await writeWhole(file, async (beside) => {
    const handle = await open(beside, "w");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

function tagOf(text: string): string {
  return `"${createHash("sha256").update(text).digest("base64url")}"`;
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size <= mostBytes) chunks.push(chunk);
  }
  return size > mostBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}

function sendNotebook(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    etag: tagOf(text),
  });
  response.end(text);
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  response.end(`${text}\n`);
}
