import type { Ledger, LedgerRule } from "../lib/traces/ledger.ts";
import { formatCount } from "./formatCount.ts";
import { html } from "./html.ts";
import { tableView } from "./tableView.ts";

/** Shows what became of every record read: the sum, whether it adds up, and the rules that applied. */
export function ledgerTable(ledger: Ledger, options: { document: Document; limit?: number }): HTMLElement {
  const { document, limit } = options;
  const { read, accepted, merged, rejected } = ledger;
  const missing = read - accepted - merged - rejected;
  const sum = `${formatCount(read)} read = ${formatCount(accepted)} accepted + ${formatCount(merged)} merged + ${formatCount(rejected)} rejected`;
  const verdict = missing === 0 ? " ✓ adds up" : ` ✗ does not add up: ${formatCount(missing)} unaccounted for`;
  const line = html(
    document,
    "p",
    { class: missing === 0 ? "palette-sum" : "palette-sum palette-broken", role: "status" },
    sum,
    html(document, "strong", {}, verdict),
  );
  const total = rulesInAll(ledger.rules);
  const table = tableView(total, {
    document,
    limit,
    caption: ledger.rules.length === 0 ? "No rule applied to any record." : "Rules that applied",
    columns: [
      { label: "rule", value: (rule) => rule.rule },
      { label: "action", value: (rule) => rule.action },
      { label: "rows", value: (rule) => rule.rows, format: "count" },
      { label: "of all", value: (rule) => (read > 0 ? rule.rows / read : null), format: "share" },
      { label: "file", value: (rule) => (rule.files > 1 ? `${rule.file} and ${rule.files - 1} more` : rule.file) },
      {
        label: "example record",
        value: (rule) => rule.example,
        format: "count",
        title: "Number of a record in the file",
      },
    ],
  });
  return html(document, "div", { class: "palette-ledger" }, line, table);
}

/** One row for each rule and action over all files, with the file that it met first. */
function rulesInAll(rules: LedgerRule[]): (LedgerRule & { files: number })[] {
  const total = new Map<string, LedgerRule & { files: number }>();
  for (const rule of rules) {
    const key = `${rule.action} ${rule.rule}`;
    const known = total.get(key);
    if (known) {
      known.rows += rule.rows;
      known.files++;
    } else total.set(key, { ...rule, files: 1 });
  }
  return [...total.values()];
}
