import type { CellMarks } from "./cellMarks.ts";

/** A cell of a bundled notebook. */
export interface BuiltCell extends CellMarks {
  id: number;
  mode: string;
  /** The source as written. */
  source: string;
  /** Show the source beside the output. */
  pinned: boolean;
  /** Names of the variables that the body takes, in its order. */
  inputs: string[];
  /** Names that the body's result holds; none where `output` names the result itself. */
  outputs: string[];
  output?: string;
  /** Show the result. */
  autodisplay: boolean;
  /** The result is an input element called `viewof$…`; its value is a variable of its own. */
  autoview: boolean;
  /** Why the cell did not build; then it has no body. */
  error?: string;
  body?: (...inputs: unknown[]) => unknown;
}

/** What the module made of a notebook's file exports as `notebook`. */
export interface BuiltNotebook {
  /** The file's name without folder. */
  file: string;
  title: string;
  cells: BuiltCell[];
}
