import { describe, expect, it } from "vitest";
import { filesTable } from "../../cells/filesTable.ts";
import type { LedgerRule } from "../../lib/traces/ledger.ts";
import { hostile, injected, newDocument } from "./document.ts";

const document = newDocument();
const ledger = (rules: LedgerRule[]) => ({ read: 3, accepted: 3, merged: 0, rejected: 0, rules });
const files = [{ path: "a.csv", format: "nezha" as const, rows: 1500 }];

describe("filesTable", () => {
  it("lists what was read", () => {
    const table = filesTable(files, ledger([]), { document });
    expect([...table.querySelectorAll("caption")].map((one) => one.textContent)).toEqual(["1 file read"]);
    expect(table.querySelector("tbody")!.textContent).toBe("a.csvnezha1,500");
  });

  it("lists what was left out, with the reason", () => {
    const rule = { file: hostile.markup, rule: "unreadable-file", action: "skipped", rows: 0, example: 0 } as const;
    const rules: LedgerRule[] = [
      { ...rule, reason: "the gzip data end too soon" },
      rule,
      { ...rule, rule: "duplicate", action: "merged", rows: 2 },
    ];
    const table = filesTable(files, ledger(rules), { document });
    expect(table.querySelectorAll("caption")[1]!.textContent).toBe("2 files left out");
    const rows = [...table.querySelectorAll("table")[1]!.querySelectorAll("tbody tr")];
    expect(rows.map((row) => row.lastElementChild!.textContent)).toEqual([
      "the gzip data end too soon",
      "unreadable-file",
    ]);
    expect(injected(table)).toEqual([]);
  });
});
