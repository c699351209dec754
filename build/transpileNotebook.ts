import { deserialize, type Notebook, type TranspiledJavaScript, transpile } from "@observablehq/notebook-kit";
import { transform } from "esbuild";
import { JSDOM } from "jsdom";
import { emptyCell, type NotebookCell, type NotebookSource } from "./readNotebook.ts";
import { shareImports } from "./shareImports.ts";

const modes = new Set(["js", "ts", "md", "html", "sql"]);

/**
 * Makes functions of the cells in a notebook's text (Observable Notebooks 2.0). A cell that cannot be parsed has an
 * `error` and harms no other.
 */
export async function transpileNotebook(text: string): Promise<NotebookSource> {
  const { title, cells } = deserialize(text, { parser: new new JSDOM("").window.DOMParser() });
  return { title, cells: shareImports(await Promise.all(cells.map(transpileCell))) };
}

async function transpileCell(cell: Notebook["cells"][number]): Promise<NotebookCell> {
  const { id, mode, value: source, pinned } = cell;
  const base = { id, mode, source, pinned, ...emptyCell };
  if (!modes.has(mode))
    return { ...base, error: `cells of type ${mode} are not supported; valid are ${[...modes].join(", ")}` };
  try {
    const { body, inputs = [], outputs = [], output, autodisplay = false, autoview = false } = transpileOne(cell);
    return { ...base, inputs, outputs, output, autodisplay, autoview, body };
  } catch (error) {
    return { ...base, error: await describe(error, source, mode) };
  }
}

function transpileOne(cell: Notebook["cells"][number]): TranspiledJavaScript {
  if (cell.value.trim()) return transpile(cell);
  return { body: "() => {}" };
}

/** TypeScript's own message has no position, so esbuild is asked for it; acorn's ends in `(line:column)`. */
async function describe(error: unknown, source: string, mode: string): Promise<string> {
  const message = error instanceof Error ? error.message : String(error);
  if (mode === "ts") {
    const failure = await transform(source, { loader: "ts", logLevel: "silent" }).catch((reason) => reason.errors?.[0]);
    if (failure?.location) return `${failure.text} (${failure.location.line}:${failure.location.column})`;
  }
  return message;
}
