import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { writeWhole } from "./commands/writeFileWhole.ts";
import { FolderError, NotebookFolder } from "./notebookFolder.ts";
import { fileBelow } from "./sendFile.ts";

/** The most bytes that a notebook's file may have. */
export const mostBytes = 16 * 2 ** 20;

/** Reads and saves the files of notebooks for pages. Saves of one server come one after the other. */
export class NotebookFiles {
  private readonly folder: string;
  readonly notebooks: NotebookFolder;
  private saving: Promise<unknown> = Promise.resolve();

  constructor(
    folder: string,
    /** Told of each notebook that was saved, with its text before and now. */
    private readonly onSave: (name: string, before: string, after: string) => void = () => {},
  ) {
    this.folder = folder;
    this.notebooks = new NotebookFolder(folder);
  }

  /**
   * Answers a request for the notebook of a name: GET sends its text; PUT saves another one, if the file still has the
   * tag in `if-match`, and answers 412 with the text that it has otherwise. The tag is a hash of the text. PUT with
   * `if-none-match: *` makes a new notebook, POST renames it to what the body says, DELETE moves it to the trash.
   */
  async answer(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const { notebooks } = this;
    if (request.method === "DELETE") return this.change(response, () => notebooks.delete(name));
    if (request.method === "POST") {
      const to = await bodyOf(request);
      return this.change(response, () => notebooks.rename(name, to ?? ""));
    }
    if (request.method === "PUT" && request.headers["if-none-match"] === "*") {
      const text = await notebookOf(request, response);
      return text === undefined ? undefined : this.change(response, () => notebooks.create(name, text));
    }
    const file = name.includes("/") ? undefined : await fileBelow(this.folder, `${name}.html`);
    if (file === undefined) return send(response, 404, `there is no notebook ${JSON.stringify(name)}`);
    if (request.method === "GET") return sendNotebook(response, 200, await readFile(file, "utf8"));
    if (request.method !== "PUT") return send(response, 405, "only GET, PUT, POST and DELETE are answered here");
    const text = await notebookOf(request, response);
    if (text === undefined) return;
    await this.inTurn(() => this.save({ file, name }, text, String(request.headers["if-match"] ?? ""), response));
  }

  /** Answers a request for something in the trash: POST moves it back. */
  async answerTrash(request: IncomingMessage, response: ServerResponse, entry: string): Promise<void> {
    if (request.method !== "POST") return send(response, 405, "only POST is answered here");
    await this.change(response, () => this.notebooks.restore(entry));
  }

  private async change(response: ServerResponse, make: () => Promise<unknown>): Promise<void> {
    try {
      await this.inTurn(make);
    } catch (error) {
      if (error instanceof FolderError) return send(response, error.status, error.message);
      throw error;
    }
    response.writeHead(204, { "cache-control": "no-store" }).end();
  }

  private async inTurn(make: () => Promise<unknown>): Promise<void> {
    const turn = this.saving.then(make);
    this.saving = turn.catch(() => {});
    await turn;
  }

  private async save(
    { file, name }: { file: string; name: string },
    text: string,
    expected: string,
    response: ServerResponse,
  ): Promise<void> {
    const current = await readFile(file, "utf8");
    if (tagOf(current) !== expected) return sendNotebook(response, 412, current);
    try {
      await saveText(file, text);
      this.onSave(name, current, text);
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

/** The text of a notebook that a request brings; where it brings none, that is answered. */
async function notebookOf(request: IncomingMessage, response: ServerResponse): Promise<string | undefined> {
  const text = await bodyOf(request);
  if (text !== undefined && /<notebook[\s>]/i.test(text)) return text;
  if (text === undefined) send(response, 413, `a notebook has at most ${mostBytes / 2 ** 20} MB`);
  else send(response, 422, "the text has no <notebook> element");
  return undefined;
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
