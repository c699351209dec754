import { expect, test } from "vitest";
import { benchTable, replaceSection } from "../../build/benchTable.ts";

test("a row shows ours, the peer and their ratio in three digits; without a peer, dashes", () => {
  const table = benchTable([
    { measure: "read", unit: "MB/s", ours: 12.3456, peer: { name: "parse", value: 24.6912 } },
    { measure: "boot", unit: "s", ours: 1234.5, peer: null },
  ]);
  expect(table.split("\n").slice(2)).toEqual([
    "| read | 12.3 MB/s | 24.7 MB/s (parse) | 0.500 |",
    "| boot | 1235 s | – | – |",
  ]);
});

test("a section is replaced between its markers and nowhere else", () => {
  const text =
    "# Measured\n\n<!-- bench a -->\nold\n<!-- /bench a -->\n\nprose\n\n<!-- bench ab -->\nkept\n<!-- /bench ab -->\n";
  expect(replaceSection(text, "a", "A", "new")).toBe(text.replace("old", "new"));
});

test("replacing twice is replacing once, also for a bench that had no section", () => {
  const once = replaceSection("# Measured\n", "fit", "Fit", "| 1 |");
  expect(once).toBe("# Measured\n\n## Fit\n\n<!-- bench fit -->\n| 1 |\n<!-- /bench fit -->\n");
  expect(replaceSection(once, "fit", "Fit", "| 1 |")).toBe(once);
});

test("an opening marker without its end is refused", () => {
  expect(() => replaceSection("<!-- bench a -->\n", "a", "A", "x")).toThrow("bench a: <!-- bench a --> has no");
});
