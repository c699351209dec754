import type { Ledger } from "../lib/traces/ledger.ts";
import type { ReadFile } from "../lib/traces/readTraces.ts";
import { formatCount } from "./formatCount.ts";
import { html } from "./html.ts";
import { tableView } from "./tableView.ts";

/** Lists the files that were read, and those that were left out with the reason. */
export function filesTable(
  files: readonly ReadFile[],
  ledger: Ledger,
  { document, limit = 8 }: { document: Document; limit?: number },
): HTMLElement {
  const skipped = ledger.rules.filter((rule) => rule.action === "skipped");
  const read = tableView(files, {
    document,
    limit,
    caption: `${formatCount(files.length)} file${files.length === 1 ? "" : "s"} read`,
    columns: [
      { label: "file", value: (file) => file.path },
      { label: "format", value: (file) => file.format },
      { label: "records", value: (file) => file.rows, format: "count" },
    ],
  });
  if (skipped.length === 0) return read;
  const left = tableView(skipped, {
    document,
    limit,
    caption: `${formatCount(skipped.length)} file${skipped.length === 1 ? "" : "s"} left out`,
    columns: [
      { label: "file", value: (rule) => rule.file },
      { label: "why", value: (rule) => rule.reason ?? rule.rule },
    ],
  });
  return html(document, "div", {}, read, left);
}
