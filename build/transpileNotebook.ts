import { deserialize, type Notebook, type TranspiledJavaScript, transpile } from "@observablehq/notebook-kit";
import { transform } from "esbuild";
import { JSDOM } from "jsdom";
import { guardLoops } from "./guardLoops.ts";
import { marksOf, withoutMarks } from "./page/cellMarks.ts";
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

/** Cells as they were transpiled, by all that they are made of; those of a notebook that is edited are mostly the same. */
const transpiled = new Map<string, NotebookCell>();
const mostTranspiled = 2_000;

async function transpileCell(cell: Notebook["cells"][number]): Promise<NotebookCell> {
  const key = JSON.stringify(cell);
  const known = transpiled.get(key);
  if (known) return known;
  const made = await transpileAnew(cell);
  if (transpiled.size >= mostTranspiled) transpiled.clear();
  transpiled.set(key, made);
  return made;
}

async function transpileAnew(cell: Notebook["cells"][number]): Promise<NotebookCell> {
  const { id, mode, value: source, pinned } = cell;
  const base = { id, mode, source, pinned, ...emptyCell, ...marksOf(source) };
  const bare = withoutMarks(source);
  if (!modes.has(mode))
    return { ...base, error: `cells of type ${mode} are not supported; valid are ${[...modes].join(", ")}` };
  try {
    const {
      body,
      inputs = [],
      outputs = [],
      output,
      autodisplay = false,
      autoview = false,
    } = transpileOne({ ...cell, value: bare });
    return { ...base, inputs, outputs, output, autodisplay, autoview, body };
  } catch (error) {
    const message = await describe(error, bare, mode);
    return { ...base, error: bare === source ? message : message.replace(place, oneLineOn) };
  }
}

/** Where a message says that the mistake is. */
const place = /\((\d+):(\d+)\)$/;

/** The place with the line of the cell's marks, which is not compiled. */
function oneLineOn(_: string, line: string, column: string): string {
  return `(${Number(line) + 1}:${column})`;
}

function transpileOne(cell: Notebook["cells"][number]): TranspiledJavaScript {
  if (!cell.value.trim()) return { body: "() => {}" };
  return cell.mode === "sql" ? transpileSql(cell) : guardLoops(transpile(cell));
}

/**
 * notebook-kit's own function of an SQL cell gives no signal to the database, and asks for a table of a few rows: here it
 * is called with a database that ends with the cell's run, and its rows are shown by `sqlCell`.
 */
function transpileSql(cell: Notebook["cells"][number]): TranspiledJavaScript {
  const { database = "var:db", output, hidden = false } = cell;
  const name = /^var:([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u.exec(database)?.[1];
  if (!name)
    throw new Error(`there is no database ${database}; valid is var: and the name of a cell's value, as var:db`);
  const { body, inputs = [] } = transpile({ ...cell, hidden: true });
  const own = [...new Set(["sqlCell", "signal", ...inputs])];
  const given = inputs.map((input) => (input === name ? `sqlCell.until(${name}, signal)` : input));
  const rows = `(${body})(${given.join(", ")})`;
  const shown = hidden ? rows : `sqlCell.show(${rows}, ${JSON.stringify(output ?? "result")})`;
  return {
    body: `(${own.join(", ")}) => ${shown}`,
    inputs: own,
    output: output === undefined || hidden ? output : `viewof$${output}`,
    autodisplay: !hidden,
    autoview: !hidden && output !== undefined,
  };
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
