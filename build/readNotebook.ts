import { createHash, randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Notebook } from "@observablehq/notebook-kit";
import { makeFolder } from "../lib/files/makeFolder.ts";
import { projectRoot } from "./projectRoot.ts";

/** A cell as the runtime needs it, with its function as source text; or with the reason why there is none. */
export interface NotebookCell {
  /** Unique in the notebook: the script's id, or its position. */
  id: number;
  mode: Notebook["cells"][number]["mode"];
  /** The source as written, without indentation. */
  source: string;
  /** The author wants the source shown. */
  pinned: boolean;
  lazy: boolean;
  folded: boolean;
  inputs: string[];
  outputs: string[];
  output?: string;
  autodisplay: boolean;
  autoview: boolean;
  /** `(input, …) => {…}`; what it returns holds the outputs. */
  body: string;
  /** Set where the cell cannot be parsed; then there are no inputs and outputs. */
  error?: string;
}

export interface NotebookSource {
  title: string;
  cells: NotebookCell[];
}

/** The text of a notebook's file. Throws an Error of one line when it cannot be read or holds no `<notebook>`. */
export async function readNotebookText(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file}: ${error.code === "ENOENT" ? "no such notebook" : error.message}`);
  });
  if (/<notebook[\s>]/i.test(text)) return text;
  throw new Error(`${file}: no <notebook> element; valid is a file in the Observable Notebooks 2.0 format`);
}

/**
 * Reads a notebook file (Observable Notebooks 2.0) and transpiles its cells. A cell that cannot be parsed has an `error`
 * and harms no other. What was transpiled is kept below `dist/`, because loading the compiler takes longer than all else.
 * Throws as `readNotebookText` does.
 */
export async function readNotebook(file: string): Promise<NotebookSource> {
  const text = await readNotebookText(file);
  const folder = join(projectRoot(), "dist", "notebooks");
  const kept = join(folder, `${await keyOf(text)}.json`);
  try {
    return JSON.parse(await readFile(kept, "utf8")) as NotebookSource;
  } catch {
    const source = await (await import("./transpileNotebook.ts")).transpileNotebook(text);
    await keep(kept, source);
    return source;
  }
}

/** Written beside and renamed, so that no reader sees half of it. Where nothing can be written, nothing is kept. */
async function keep(file: string, source: NotebookSource): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  try {
    await makeFolder(dirname(file));
    await writeFile(temporary, JSON.stringify(source));
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/** What the result depends on: the text, and the sources and versions of what transpiles it. */
async function keyOf(text: string): Promise<string> {
  const names = [
    "build/transpileNotebook.ts",
    "build/shareImports.ts",
    "build/guardLoops.ts",
    "build/page/cellMarks.ts",
    "package-lock.json",
  ];
  const sources = await Promise.all(names.map((name) => readFile(join(projectRoot(), name))));
  const hash = createHash("sha256").update(text);
  for (const source of sources) hash.update("\0").update(source);
  return hash.digest("hex").slice(0, 32);
}

/** A notebook that only says why it cannot be read. */
export function unreadableNotebook(file: string, error: unknown): NotebookSource {
  const message = error instanceof Error ? error.message : String(error);
  const cell = { ...emptyCell, id: 1, mode: "js" as const, source: "", pinned: false };
  return { title: basename(file), cells: [{ ...cell, error: message }] };
}

export const emptyCell = {
  ...{ inputs: [], outputs: [], autodisplay: false, autoview: false, body: "" },
  ...{ lazy: false, folded: false },
};
