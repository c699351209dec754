import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../lib/files/makeFolder.ts";
import type { NotebookResult } from "./runNotebook.ts";

/** One cell in `cells.json`; times in ms. */
export interface CellReport {
  id: number;
  mode: string;
  status: "done" | "failed" | "blocked" | "stale" | "timeout";
  error: string | null;
  /** Ids of the cells whose failure blocks this one. */
  causes: number[];
  elapsed: number | null;
  /** The names that it defines. */
  names: string[];
  /** What was written for it, relative to the folder. */
  files: string[];
}

const ours = /^cell-\d+(-\d+)?\.(html|svg)$/;

/** The cells' reports, with the names of the files that `writeNotebookResult` makes. */
export function cellReports({ cells }: NotebookResult): CellReport[] {
  return cells.map(({ id, mode, status, error, causes, elapsed, names, html, svgs }) => ({
    ...{ id, mode, status, error: error ?? null, causes, names },
    elapsed: elapsed === undefined ? null : Math.round(elapsed * 10) / 10,
    files: [...(html ? [`cell-${id}.html`] : []), ...svgs.map((_, i) => `cell-${id}-${i + 1}.svg`)],
  }));
}

/**
 * Writes what a notebook showed into a folder: `cells.json` (reports), `values.json` (named values), `cell-<id>.html` and
 * `cell-<id>-<n>.svg`. Files of these names from an earlier run are deleted first; others are left alone.
 */
export async function writeNotebookResult(folder: string, result: NotebookResult): Promise<CellReport[]> {
  await makeFolder(folder);
  const stale = (await readdir(folder)).filter((name) => ours.test(name));
  await Promise.all(stale.map((name) => rm(join(folder, name))));
  const reports = cellReports(result);
  for (const [i, { html, svgs, id }] of result.cells.entries()) {
    const charts = reports[i].files.filter((name) => name.endsWith(".svg"));
    if (html) await writeFile(join(folder, `cell-${id}.html`), page(html, `${result.title}, cell ${id}`));
    for (const [j, name] of charts.entries()) await writeFile(join(folder, name), svgs[j]);
  }
  await writeFile(join(folder, "cells.json"), `${JSON.stringify(reports, undefined, 2)}\n`);
  await writeFile(join(folder, "values.json"), `${JSON.stringify(result.values, undefined, 2)}\n`);
  return reports;
}

function page(html: string, title: string): string {
  const safe = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${safe}</title>
${html}
`;
}
