import type { Ledger } from "../../../lib/traces/ledger.ts";
import { printable } from "./printable.ts";

/** Rules that the text lists, the most frequent first; the report has all of them. */
const listed = 20;

/** Skipped files that are named; of more, their number and an example. */
const named = 3;

/**
 * The ledger for a terminal: its sum, and for each rule the rows and an example.
 * @param verbose names every file that was skipped
 */
export function ledgerText(ledger: Ledger, verbose = false): string {
  const { read, accepted, merged, rejected, rules } = ledger;
  const head = `ledger: ${read} rows read = ${accepted} accepted + ${merged} merged + ${rejected} rejected`;
  const skipped = rules.filter(({ action }) => action === "skipped");
  const byRule = new Map<string, { rule: string; action: string; rows: number; file: string; example: number }>();
  for (const { rule, action, rows, file, example } of rules) {
    if (action === "skipped") continue;
    const known = byRule.get(`${rule} ${action}`);
    if (known) known.rows += rows;
    else byRule.set(`${rule} ${action}`, { rule, action, rows, file, example });
  }
  const lines = [...byRule.values()]
    .sort((a, b) => b.rows - a.rows || (a.rule < b.rule ? -1 : 1))
    .slice(0, listed)
    .map(({ rule, action, rows, file, example }) => {
      return `  ${action.padEnd(8)} ${String(rows).padStart(10)}  ${rule} (such as row ${example} of ${printable(file)})`;
    });
  const text = ({ file, reason }: (typeof skipped)[number]) =>
    `${printable(file)}: ${printable(reason ?? "unreadable")}`;
  const left =
    verbose || skipped.length <= named
      ? skipped.map((each) => `  skipped  ${text(each)}`)
      : [`  skipped  ${skipped.length} files, such as ${text(skipped[0]!)} (--verbose names them all)`];
  return [head, ...lines, ...left].join("\n");
}
