import type { ResultCache } from "../cells/cachedResult.ts";
import type { Engine } from "../lib/engine/engine.ts";
import { bundleForNode } from "./bundleForNode.ts";
import { openHeadlessDocument } from "./headlessDocument.ts";
import { builtins } from "./page/builtins.ts";
import type { CellState } from "./page/cellState.ts";
import { type Engines, embedded, engines } from "./page/engines.ts";
import { NotebookRuntime } from "./page/notebookRuntime.ts";
import { plainValue } from "./page/plainValue.ts";

export interface RunNotebookOptions {
  engine: Engine;
  /** The engines that the notebook may open by address, of which it has the last as `engine`; `engine` alone unless told. */
  engines?: Engines;
  /** Where results of long steps are kept; nowhere where there is none. */
  cache?: ResultCache;
  /** Values that take the place of what the notebook computes for these names. */
  set?: ReadonlyMap<string, unknown>;
  /** The longest that the whole notebook may take, in seconds. Default 300. */
  timeout?: number;
  /** The width that charts take, in pixels. Default 960. */
  width?: number;
  signal?: AbortSignal;
  onProgress?: (states: CellState[]) => void;
}

/** What became of one cell. Times in ms. */
export interface CellResult {
  id: number;
  mode: string;
  status: "done" | "failed" | "blocked" | "stale" | "timeout";
  error?: string;
  /** The cells whose failure blocks this one. */
  causes: number[];
  elapsed?: number;
  names: string[];
  /** What the cell shows, as HTML. */
  html: string;
  /** Each chart that it shows, as a file's text. */
  svgs: string[];
}

export interface NotebookResult {
  title: string;
  cells: CellResult[];
  /** The named values of cells that are plain data, by name. */
  values: Record<string, unknown>;
}

/**
 * Runs a notebook without a page: cells see a document of jsdom. Each cell counts as finished with its first value, since
 * a generator may yield for ever. A cell that fails is told in its result; an Error is thrown when the notebook cannot be
 * read, or `set` has a name that no cell defines.
 */
export async function runNotebook(file: string, options: RunNotebookOptions): Promise<NotebookResult> {
  const bundle = await bundleForNode(file);
  const { document, close } = openHeadlessDocument();
  const { engine, cache, set: overrides = new Map(), timeout = 300, width = 960, signal, onProgress } = options;
  const { notebook } = bundle;
  const choice = options.engines ?? engines({ [embedded]: async () => engine });
  let tell: () => void = () => {};
  const runtime = new NotebookRuntime({
    builtins: builtins({ engines: choice, engine: choice.addresses.at(-1)!, cache, width: () => width }),
    overrides,
    onChange: () => tell(),
  });
  try {
    const main = document.querySelector("main")!;
    const roots = new Map(notebook.cells.map(({ id }) => [id, main.appendChild(document.createElement("div"))]));
    for (const cell of notebook.cells) runtime.define(cell, roots.get(cell.id)!);
    checkNames(runtime, overrides);
    const finished = await new Promise<boolean>((resolve, reject) => {
      const timer = setTimeout(() => resolve(false), timeout * 1000);
      signal?.addEventListener("abort", () => reject(signal.reason));
      tell = () => {
        const states = runtime.states();
        onProgress?.(states);
        if (states.every(isSettled)) {
          clearTimeout(timer);
          resolve(true);
        }
      };
      tell();
    });
    const states = new Map(runtime.states().map((state) => [state.id, state]));
    const values: Record<string, unknown> = {};
    for (const { name, value, fulfilled } of runtime.names()) {
      const plain = fulfilled ? plainValue(value) : undefined;
      if (plain !== undefined) values[name] = plain;
    }
    const cells = notebook.cells.map(({ id, mode, outputs, output }): CellResult => {
      const { status, error, causes, elapsed } = states.get(id)!;
      const root = roots.get(id)!;
      writeInputs(root);
      const late = !finished && (status === "waiting" || status === "running");
      return {
        ...{ id, mode, causes, elapsed, html: root.innerHTML, svgs: chartsOf(root) },
        names: output === undefined ? outputs : [output],
        status: late || status === "waiting" || status === "running" ? "timeout" : status,
        error: late ? `${status} after ${timeout} s` : error,
      };
    });
    return { title: notebook.title, cells, values };
  } finally {
    runtime.dispose();
    close();
    await bundle.remove();
  }
}

/** What inputs hold is no part of their markup until it is written there. */
function writeInputs(root: Element): void {
  for (const option of root.querySelectorAll("option")) option.toggleAttribute("selected", option.selected);
  for (const input of root.querySelectorAll("input")) {
    if (input.type === "checkbox" || input.type === "radio") input.toggleAttribute("checked", input.checked);
    else if (input.value !== "") input.setAttribute("value", input.value);
  }
}

function isSettled({ status }: CellState): boolean {
  return status !== "waiting" && status !== "running";
}

function checkNames(runtime: NotebookRuntime, overrides: ReadonlyMap<string, unknown>): void {
  const names = runtime.names().map(({ name }) => name);
  for (const name of overrides.keys()) {
    if (!names.includes(name))
      throw new Error(`no cell defines ${name}; valid are ${names.filter((known) => !known.includes("$")).join(", ")}`);
  }
}

/** The outermost SVG elements, each as the text of a file; those in the headings of tables are no charts. */
function chartsOf(root: Element): string[] {
  const charts = [...root.querySelectorAll("svg")].filter((svg) => !svg.parentElement?.closest("svg, th"));
  return charts.map((svg) => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`);
}
