import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { summarize } from "../../cells/frame.ts";
import { summaryTable } from "../../cells/summaryTable.ts";

describe("summaryTable", () => {
  it("has a row for each group, the greatest first, and keeps hostile names as text", async () => {
    const { document } = new JSDOM("").window;
    const rows = [
      { service: "<b>a</b>", p95: 1000 },
      { service: "<b>a</b>", p95: 3000 },
      { service: "b", p95: 50_000 },
    ];
    const table = summaryTable(await summarize(rows, "p95", ["service"]), { document, value: "P95" });
    const cells = [...table.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent?.trim()),
    );
    expect(cells.map((row) => row[0])).toEqual(["b", "<b>a</b>"]);
    expect(cells[1].slice(1)).toEqual(["2", "1 ms", "2 ms", "3 ms"]);
    expect(table.querySelector("b")).toBeNull();
  });
});
