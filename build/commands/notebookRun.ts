import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { defineCommand } from "../command.ts";
import { freezeNotebook } from "../freezeNotebook.ts";
import { embedded, engines } from "../page/engines.ts";
import { FolderCache } from "../resultCache.ts";
import { UsageError } from "../usageError.ts";
import { withTemporaryFolder } from "../withTemporaryFolder.ts";
import { workspaceOf } from "../workspace.ts";
import { type CellReport, cellReports, writeNotebookResult } from "../writeNotebookResult.ts";
import { engineOption, trinoOption } from "./engineOption.ts";
import { numberOption } from "./numberOption.ts";

/**
 * `palette notebook run`: a notebook without a page. Relative addresses in the notebook start from its workspace, as in
 * the page. Exit code 1 when a cell has not finished well.
 */
export const notebookRun = defineCommand({
  name: "notebook run",
  summary: "run a notebook without a page: SVG, HTML, values and a status for each cell",
  usage: "notebook run <notebook.html> [-o <folder>] [options]",
  positionals: { min: 1, max: 1 },
  options: {
    output: { type: "string", short: "o", value: "folder", help: "write cells.json, values.json, SVG and HTML there" },
    "single-file": { type: "string", value: "page.html", help: "write all outputs as one HTML file without scripts" },
    set: { type: "string", multiple: true, value: "name=value", help: "give a name this value (JSON, or else text)" },
    engine: engineOption,
    "no-cache": { type: "boolean", help: "compute what an earlier run has kept" },
    timeout: { type: "string", value: "s", help: "the longest that the notebook may take, in seconds; default 300" },
    width: { type: "string", value: "px", help: "the width of charts; default 960" },
  },
  async run({ values, positionals: [file], progress, print, signal }) {
    const set = new Map((values.set ?? []).map(parseSetting));
    const timeout = numberOption("timeout", values.timeout, 300, { least: 0.001 });
    const width = numberOption("width", values.width, 960, { least: 1 });
    const [notebook, output] = [resolve(file), values.output === undefined ? undefined : resolve(values.output)];
    const single = values["single-file"] === undefined ? undefined : resolve(values["single-file"]);
    process.chdir((await workspaceOf(notebook)).folder);
    const { runNotebook } = await import("../runNotebook.ts");
    return withTemporaryFolder(async (tempDirectory) => {
      const cluster = await trinoOption(values.engine);
      const engine = await openDuckDBNode({ tempDirectory });
      const choice = engines({
        [embedded]: async () => engine,
        ...(cluster ? { [values.engine!]: async () => cluster } : {}),
      });
      try {
        const result = await runNotebook(notebook, {
          ...{
            engine,
            engines: choice,
            cache: values["no-cache"] ? undefined : new FolderCache(),
            set,
            timeout,
            width,
            signal,
          },
          onProgress: (states) => {
            const count = (status: string) => states.filter((state) => state.status === status).length;
            progress(`${file}: ${count("done")} of ${states.length} cells done, ${count("running")} running`);
          },
        });
        const reports = output === undefined ? cellReports(result) : await writeNotebookResult(output, result);
        if (single !== undefined) await writeFile(single, await freezeNotebook(result));
        print({ title: result.title, cells: reports, values: result.values }, reports.map(line).join("\n"));
        return reports.every(({ status }) => status === "done") ? 0 : 1;
      } finally {
        await engine.close();
        await cluster?.close();
      }
    });
  },
});

function parseSetting(text: string): [name: string, value: unknown] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--set ${JSON.stringify(text)} is not of the form name=value`);
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

function line({ id, status, elapsed, error, causes, names, files }: CellReport): string {
  const time = elapsed === null ? "" : `${Math.round(elapsed)} ms`;
  const blame = causes.length > 0 ? `, see cell ${causes.join(", ")}` : "";
  const head = `${String(id).padStart(4)}  ${status.padEnd(7)}  ${time.padStart(8)}`;
  return `${head}  ${error ? `${error}${blame}` : [...names, ...files].join(" ")}`.trimEnd();
}
