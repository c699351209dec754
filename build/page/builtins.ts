import type { Engine, Parameter } from "../../lib/engine/engine.ts";
import { inputValues } from "./inputValues.ts";
import { markdown } from "./markdown.ts";
import { observe } from "./observe.ts";

export interface BuiltinOptions {
  /** Opens the engine; called once, when a cell first needs it. */
  openEngine: () => Promise<Engine>;
  /** The width that charts may take, in CSS pixels: a number, or a generator of one for each change. */
  width: () => number | AsyncGenerator<number>;
}

/**
 * What every cell may use without importing it. These are local replacements for what notebook-kit loads from a CDN;
 * all but the engine are small, or loaded when a cell first names them.
 */
export function builtins({ openEngine, width }: BuiltinOptions): Record<string, () => unknown> {
  let engine: Promise<Engine> | undefined;
  const open = () => (engine ??= openEngine());
  return {
    engine: open,
    db: async () => sqlTag(await open()),
    Inputs: () => import("@observablehq/inputs"),
    Plot: () => import("@observablehq/plot"),
    htl: () => import("htl"),
    html: async () => (await import("htl")).html,
    svg: async () => (await import("htl")).svg,
    md: () => markdown,
    Generators: () => ({ input: inputValues, observe }),
    width,
  };
}

/** The database of SQL cells: interpolated values are parameters of the statement, and rows come back as objects. */
function sqlTag(engine: Engine) {
  return {
    async sql(strings: TemplateStringsArray, ...values: Parameter[]): Promise<object[]> {
      const table = await engine.query(strings.join("?"), values);
      return table.toArray().map((row: { toJSON(): object }) => row.toJSON());
    },
  };
}
