import { cp, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { readRuntime } from "../lib/export/go/readRuntime.ts";
import { makeFolder } from "../lib/files/makeFolder.ts";
import { openPageBundler } from "./bundlePages.ts";
import { engineAssets } from "./engineAssets.ts";
import { listDatasets } from "./listDatasets.ts";
import { notebookSummary } from "./notebookSummary.ts";
import { indexPage, notebookPage } from "./pageShell.ts";
import type { Workspace } from "./workspace.ts";

export interface ExportResult {
  /** Files written, relative to the folder, without those of the data. */
  files: string[];
  /** Bytes of these. */
  size: number;
}

/**
 * Writes notebooks as a static site: pages, scripts, fonts, DuckDB for the page, and the workspace's data beside them, all
 * by relative addresses. Any web server can serve it, from any folder, and nothing is loaded from elsewhere. What lies in
 * the folder already is left, and overwritten where names are equal. Throws an Error of one line when the page does not
 * build or a file cannot be written.
 */
export async function exportNotebooks(
  files: readonly string[],
  folder: string,
  workspace: Workspace,
): Promise<ExportResult> {
  const notebooks = new Map(files.map((file) => [basename(file, extname(file)), file]));
  const bundler = await openPageBundler(notebooks, { minify: true, live: false });
  try {
    const bundle = await bundler.build();
    const summaries = await Promise.all([...notebooks].map(([name, file]) => notebookSummary(name, file)));
    const texts = new Map<string, string | Uint8Array>();
    for (const [path, bytes] of bundle.files) texts.set(`assets/${path}`, bytes);
    const [script, style] = [`assets/${bundle.script}`, `assets/${bundle.style}`];
    for (const { name, title } of summaries) {
      const notebook = `assets/${bundle.notebooks.get(name)}`;
      texts.set(`${name}.html`, notebookPage({ mode: "static", name, title, script, style, notebook }));
    }
    if (!notebooks.has("index")) texts.set("index.html", indexPage(style, summaries));
    const datasets = await listDatasets(workspace.datasetsFolder);
    texts.set("assets/datasets.json", JSON.stringify(datasets));
    texts.set("assets/go-runtime.json", JSON.stringify(Object.fromEntries(await readRuntime())));
    let size = 0;
    for (const [path, text] of texts) {
      const file = join(folder, path);
      await makeFolder(dirname(file));
      await writeFile(file, text);
      size += Buffer.byteLength(text);
    }
    for (const [name, file] of engineAssets()) await cp(file, join(folder, "assets", "engine", name));
    for (const { path } of datasets) {
      await makeFolder(dirname(join(folder, path)));
      await cp(join(workspace.folder, path), join(folder, path), { dereference: true });
    }
    return { files: [...texts.keys()], size };
  } finally {
    await bundler.close();
  }
}
