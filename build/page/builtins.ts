import type { ResultCache } from "../../cells/cachedResult.ts";
import { sqlDatabase } from "../../lib/engine/sqlDatabase.ts";
import type { Engines } from "./engines.ts";
import { inputValues } from "./inputValues.ts";
import { inWorker } from "./inWorker.ts";
import { markdown } from "./markdown.ts";
import { observe } from "./observe.ts";

export interface BuiltinOptions {
  engines: Engines;
  /** Address of the engine that cells have as `engine`; it is opened when a cell first needs it. */
  engine: string;
  /** Where results of long steps are kept; nowhere where there is none. */
  cache?: ResultCache;
  /** The width that charts may take, in CSS pixels: a number, or a generator of one for each change. */
  width: () => number | AsyncGenerator<number>;
}

/**
 * What every cell may use without importing it. These are local replacements for what notebook-kit loads from a CDN;
 * all but the engine are small, or loaded when a cell first names them.
 */
export function builtins({ engines, engine, cache, width }: BuiltinOptions): Record<string, () => unknown> {
  const open = () => engines.open(engine);
  return {
    engine: open,
    engines: () => engines,
    cache: () => cache,
    db: async () => sqlDatabase(await open()),
    sqlCell: () => import("./sqlCell.ts"),
    Inputs: () => import("@observablehq/inputs"),
    Plot: () => import("@observablehq/plot"),
    htl: () => import("htl"),
    html: async () => (await import("htl")).html,
    svg: async () => (await import("htl")).svg,
    md: () => markdown,
    Generators: () => ({ input: inputValues, observe }),
    inWorker: () => inWorker,
    width,
  };
}
