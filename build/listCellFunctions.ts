import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** A function that cells of notebooks may import. */
export interface CellFunction {
  name: string;
  /** What a cell imports it from, relative to the notebooks. */
  from: string;
  /** What its docstring says, without its tags; empty where it has none. */
  about: string;
}

const exported = /(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*)?^export (?:async )?function\*? ([\w$]+)/gm;

/** The functions that the modules of a workspace's `cells/` export, in order of name; none where there is no such folder. */
export async function listCellFunctions(folder: string, notebooksFolder: string): Promise<CellFunction[]> {
  const cells = join(folder, "cells");
  const names = (await readdir(cells).catch(() => [])).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".d.ts"),
  );
  const found = await Promise.all(
    names.map(async (name) => {
      const path = relative(notebooksFolder, join(cells, name)).split(sep).join("/");
      const from = path.startsWith(".") ? path : `./${path}`;
      const text = await readFile(join(cells, name), "utf8").catch(() => "");
      return Array.from(text.matchAll(exported), ([, about = "", name]) => ({
        name: name!,
        from,
        about: plain(about),
      }));
    }),
  );
  return found.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
}

function plain(docstring: string): string {
  const lines = docstring.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
  const tag = lines.findIndex((line) => line.startsWith("@"));
  return (tag < 0 ? lines : lines.slice(0, tag)).join(" ").trim();
}
