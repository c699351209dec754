import { resolve } from "node:path";
import { defineCommand } from "../command.ts";
import { exportNotebooks } from "../exportNotebooks.ts";
import { UsageError } from "../usageError.ts";
import { workspaceOf } from "../workspace.ts";

/** `palette notebook export`: notebooks as files for any web server. */
export const notebookExport = defineCommand({
  name: "notebook export",
  summary: "write notebooks as a static site, with DuckDB for the page and the data beside them",
  usage: "notebook export <notebooks.html…> -o <folder>",
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    output: { type: "string", short: "o", value: "folder", help: "where to write the site" },
  },
  async run({ values: { output }, positionals, print, progress }) {
    if (output === undefined) throw new UsageError("-o <folder> is missing");
    progress(`bundling ${positionals.join(", ")}`);
    const result = await exportNotebooks(positionals, resolve(output), await workspaceOf(positionals[0]));
    const pages = result.files.filter((path) => path.endsWith(".html"));
    print({ folder: output, ...result }, `${output}: ${pages.join(", ")}; serve it with any web server`);
    return 0;
  },
});
