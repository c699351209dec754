import { basename } from "node:path";
import { defineCommand } from "../command.ts";
import { reportPage, type ShownReport } from "../reportPage.ts";
import { UsageError } from "../usageError.ts";
import { readTextFile } from "./readTopologyFile.ts";
import { checkNotRead, checkTarget, writeFileWhole } from "./writeFileWhole.ts";

/** A fit's report.json to a page that people read. */
export const report = defineCommand({
  name: "report",
  summary: "make a page of a fit's report.json",
  usage: "report report.json -o page.html",
  positionals: { min: 1, max: 1 },
  options: {
    output: { type: "string", short: "o", value: "page.html", help: "where the page goes: one file, without scripts" },
    title: { type: "string", value: "text", help: "its title (default: the report's name)" },
  },
  async run({ values: { output, title }, positionals: [path], print }) {
    if (output === undefined) throw new UsageError("-o <page.html> is missing");
    await checkTarget(output);
    await checkNotRead(output, [path!]);
    const found = readReport(path!, await readTextFile(path!));
    const page = await reportPage(title ?? basename(path!, ".json"), found).catch((error: Error) => {
      throw new Error(`${path}: no report as palette fit --report writes it: ${error.message}`, { cause: error });
    });
    await writeFileWhole(output, page);
    print({ page: output, worst: found.worst?.length ?? 0 }, `${output}: a page of ${path}`);
    return 0;
  },
});

function readReport(path: string, text: string): ShownReport {
  let found: Partial<ShownReport> | null;
  try {
    found = JSON.parse(text) as Partial<ShownReport> | null;
  } catch (error) {
    throw new Error(`${path}: no JSON: ${(error as Error).message}`, { cause: error });
  }
  const missing = (["ratio", "pooled", "mean", "roots", "apis"] as const).filter((name) => !found?.[name]);
  if (missing.length === 0) return found as ShownReport;
  throw new Error(`${path}: no report as palette fit --report writes it: it lacks ${missing.join(", ")}`);
}
