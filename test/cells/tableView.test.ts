import { describe, expect, it } from "vitest";
import { apiTable } from "../../cells/apiTable.ts";
import { ledgerTable } from "../../cells/ledgerTable.ts";
import { tableView } from "../../cells/tableView.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { hostile, injected, newDocument } from "./document.ts";
import { hostileTopology } from "./hostileTopology.ts";

const document = newDocument();
const cells = (table: Element) =>
  [...table.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent).join("|"));
const click = (element: Element | null) => (element as HTMLElement).click();

const rows = [
  { name: "b", time: 1500, share: 0.5 },
  { name: "a", time: 20, share: null },
  { name: "c", time: 1500, share: 0.25 },
];
const columns = [
  { label: "name", value: (row: (typeof rows)[number]) => row.name },
  { label: "time", value: (row: (typeof rows)[number]) => row.time, format: "duration" as const },
  { label: "share", value: (row: (typeof rows)[number]) => row.share, format: "share" as const },
];

describe("tableView", () => {
  it("writes values with their units, numbers to the right", () => {
    const table = tableView(rows, { document, columns, caption: "three" });
    expect(cells(table)).toEqual(["b|1.5 ms|50 %", "a|20 µs|–", "c|1.5 ms|25 %"]);
    expect(table.querySelector("caption")!.textContent).toBe("three");
    expect([...table.querySelectorAll("th")].map((th) => [th.scope, th.className])).toEqual([
      ["col", "palette-text"],
      ["col", "palette-number"],
      ["col", "palette-number"],
    ]);
  });

  it("sorts by a click, stably, greatest number first, and says so", () => {
    const table = tableView(rows, { document, columns });
    const [name, time, share] = [...table.querySelectorAll("th")] as unknown as [Element, Element, Element];
    click(time.querySelector("button"));
    expect(cells(table).map((row) => row[0])).toEqual(["b", "c", "a"]);
    expect([name, time].map((heading) => heading.getAttribute("aria-sort"))).toEqual(["none", "descending"]);
    click(time.querySelector("button"));
    expect(cells(table).map((row) => row[0])).toEqual(["a", "b", "c"]);
    click(name.querySelector("button"));
    expect(cells(table).map((row) => row[0])).toEqual(["a", "b", "c"]);
    for (const order of ["bca", "cba"]) {
      click(share.querySelector("button"));
      expect(
        cells(table)
          .map((row) => row[0])
          .join(""),
      ).toBe(order);
    }
  });

  it("lets a row be chosen by a click or Enter, and keeps the choice when it is sorted", () => {
    const table = tableView(rows, { document, columns, chosen: rows[1]! });
    const heard: unknown[] = [];
    table.addEventListener("input", () => heard.push(table.value));
    const selected = () => [...table.querySelectorAll("tr[aria-selected=true]")].map((row) => row.textContent![0]);
    expect([table.value, selected()]).toEqual([rows[1], ["a"]]);
    click(table.querySelectorAll("tbody tr")[2]!);
    expect([table.value, selected(), heard]).toEqual([rows[2], ["c"], [rows[2]]]);
    click(table.querySelector("th button"));
    expect(selected()).toEqual(["c"]);
    const line = table.querySelector<HTMLElement>("tbody tr")!;
    const { KeyboardEvent } = document.defaultView!;
    line.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    expect([table.value, selected()]).toEqual([rows[1], ["a"]]);
    expect(tableView(rows, { document, columns }).querySelector("tr[aria-selected]")).toBe(null);
  });

  it("is sorted from the start where asked for, and leaves the rows alone", () => {
    const frozen = Object.freeze([...rows]);
    const table = tableView(frozen, { document, columns, sort: { column: "name", descending: true } });
    expect(cells(table).map((row) => row[0])).toEqual(["c", "b", "a"]);
  });

  it("shows a limited number of rows, and more on demand", () => {
    const many = Array.from({ length: 50 }, (_, i) => ({ i }));
    const table = tableView(many, { document, limit: 10 });
    const more = table.querySelector<HTMLButtonElement>(".palette-more")!;
    const seen = () => [cells(table).length, more.hidden ? "" : more.textContent];
    expect(seen()).toEqual([10, "Show 10 more of 40"]);
    click(more);
    expect(seen()).toEqual([20, "Show 20 more of 30"]);
    click(more);
    click(more);
    expect(seen()).toEqual([50, ""]);
  });

  it("infers columns, keeps every digit of counts, and shows an empty table", () => {
    expect(cells(tableView([{ n: 123456, x: 0.123456 }], { document }))).toEqual(["123,456|0.1235"]);
    expect(cells(tableView([], { document }))).toEqual(["none"]);
  });

  it("shows hostile values as text", () => {
    const named = Object.values(hostile).map((name) => ({ [hostile.markup]: name }));
    const table = tableView(named, { document, caption: hostile.markup });
    expect(injected(table)).toEqual([]);
    expect(cells(table)[0]).toBe(hostile.markup);
    expect(injected(apiTable(hostileTopology(), { document }))).toEqual([]);
  });
});

describe("apiTable", () => {
  it("lists Figure 1, most executed first", () => {
    const table = apiTable(figure1Topology(), { document });
    expect(cells(table)).toEqual([
      "b|B|10,000|–|0 %|9.23 ms|97 %|0|2|1",
      "c|C|9,000|90 %|0 %|300 µs|2.8 %|1|3|1",
      "a|A|1,000|10 %|0 %|200 µs|0.2 %|1|3|1",
    ]);
  });
});

describe("ledgerTable", () => {
  const rules = [
    { file: "a.csv", rule: "duplicate", action: "merged" as const, rows: 3, example: 7 },
    { file: "b.csv", rule: "duplicate", action: "merged" as const, rows: 1, example: 9 },
    { file: hostile.markup, rule: "negative-duration", action: "rejected" as const, rows: 2, example: 1 },
  ];

  it("adds up, and sums a rule over its files", () => {
    const table = ledgerTable({ read: 100, accepted: 94, merged: 4, rejected: 2, rules }, { document });
    expect(table.querySelector("p")!.textContent).toBe("100 read = 94 accepted + 4 merged + 2 rejected ✓ adds up");
    expect(cells(table)).toEqual([
      "duplicate|merged|4|4 %|a.csv and 1 more|7",
      `negative-duration|rejected|2|2 %|${hostile.markup}|1`,
    ]);
    expect(injected(table)).toEqual([]);
    expect(rules[0]!.rows).toBe(3);
  });

  it("says when it does not add up, and when no rule applied", () => {
    const broken = ledgerTable({ read: 100, accepted: 90, merged: 4, rejected: 2, rules: [] }, { document });
    expect(broken.querySelector("p")!.textContent).toContain("does not add up: 4 unaccounted for");
    expect(broken.querySelector("caption")!.textContent).toBe("No rule applied to any record.");
  });
});
