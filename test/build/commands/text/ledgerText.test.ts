import { expect, it } from "vitest";
import { ledgerText } from "../../../../build/commands/text/ledgerText.ts";
import type { Ledger } from "../../../../lib/traces/ledger.ts";

/** A ledger of so many skipped files. */
function ledgerOf(files: number): Ledger {
  const rules = Array.from({ length: files }, (_, index) => ({
    rule: "unreadable",
    action: "skipped" as const,
    rows: 0,
    file: `metrics-${index}.csv`,
    example: 0,
    reason: "no traces",
  }));
  return { read: 10, accepted: 10, merged: 0, rejected: 0, rules };
}

it("names a few skipped files, and of many their number, or all where asked", () => {
  expect(ledgerText(ledgerOf(2)).split("\n")).toEqual([
    "ledger: 10 rows read = 10 accepted + 0 merged + 0 rejected",
    "  skipped  metrics-0.csv: no traces",
    "  skipped  metrics-1.csv: no traces",
  ]);
  const [, ...one] = ledgerText(ledgerOf(18)).split("\n");
  expect(one).toEqual(["  skipped  18 files, such as metrics-0.csv: no traces (--verbose names them all)"]);
  expect(ledgerText(ledgerOf(18), true).split("\n")).toHaveLength(19);
});
