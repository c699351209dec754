import { createHash } from "node:crypto";
import { transform } from "esbuild";
import type { NotebookCell, NotebookSource } from "./readNotebook.ts";

/**
 * The module of a notebook's cells that have changed, for pages to show before all is bundled again: `order` has the ids of
 * all cells, `cells` those that are not as they were. Undefined where a changed cell imports something, which only the
 * bundler can give it. Functions are printed as the bundler prints them, so that pages take both for the same.
 */
export async function notebookPatch(before: NotebookSource, after: NotebookSource): Promise<string | undefined> {
  const known = new Map(before.cells.map((cell) => [cell.id, JSON.stringify(cell)]));
  const changed = after.cells.filter((cell) => known.get(cell.id) !== JSON.stringify(cell));
  if (changed.some(({ body, error }) => error === undefined && /\bimport\b/.test(body))) return undefined;
  const bodies = await Promise.all(changed.map(printed));
  const cells = changed.map(({ body: _, ...cell }, i) => `{...${JSON.stringify(cell)}, body: body${i}}`);
  return [
    ...bodies.map((body, i) => `const body${i} = ${body};`),
    `export const order = ${JSON.stringify(after.cells.map(({ id }) => id))};`,
    `export const cells = [${cells.join(",")}];`,
  ].join("\n");
}

async function printed({ body, error }: NotebookCell): Promise<string> {
  if (error !== undefined) return "undefined";
  const { code } = await transform(`var body = ${body};`, { loader: "js", target: "es2022" });
  return code.replace(/^var body = |;\s*$/g, "");
}

/** A path for a module that changes with its text. */
export function patchPath(module: string): string {
  return `cells/${createHash("sha256").update(module).digest("hex").slice(0, 16)}.js`;
}
