import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Table, tableFromArrays, tableFromIPC, Utf8, vectorFromArray } from "apache-arrow";
import { readParquet } from "parquet-wasm/esm";
import { describe, expect, test } from "vitest";
import { resultTable } from "../../cells/resultTable.ts";
import { writeParquetFile } from "../../lib/engine/wasm/writeParquetFile.ts";
import { hostile, newDocument } from "./document.ts";

const document = newDocument();
const cells = (table: Element, column: number) =>
  [...table.querySelectorAll(`tbody tr td:nth-child(${column + 1})`)].map((cell) => cell.textContent);
const click = (table: Element, column: number) => table.querySelectorAll<HTMLElement>("th button")[column]!.click();

const length = 100_000;
const rows = tableFromArrays({
  id: Int32Array.from({ length }, (_, i) => i),
  share: Float64Array.from({ length }, (_, i) => (i % 1000 === 7 ? Number.NaN : ((i * 7919) % 10_007) / 10)),
}).assign(
  new Table({
    name: vectorFromArray(
      Array.from({ length }, (_, i) => (i === 3 ? null : i === 5 ? hostile.markup : `name ${i % 50}`)),
      new Utf8(),
    ),
  }),
);

describe("resultTable", () => {
  test("the document holds the rows in view alone, its value is all of them", () => {
    const table = resultTable(rows, { document, name: "answer" });
    expect(table.querySelectorAll("tbody tr")).toHaveLength(14);
    expect(table.querySelector("table")!.getAttribute("aria-rowcount")).toBe("100001");
    expect(table.querySelector(".palette-place")!.textContent).toBe("Rows 1 to 14 of 100,000");
    expect(table.value).toBe(rows);
    expect(cells(table, 2).slice(2, 5)).toEqual(["name 2", "–", "name 4"]);
    expect(cells(table, 2)[5]).toBe(hostile.markup);
    expect(table.querySelectorAll("img, script")).toHaveLength(0);
  });

  test("a heading sorts one way, the other, and not at all", async () => {
    const table = resultTable(rows, { document, name: "answer" });
    const sorting = () => [...table.querySelectorAll("th")].map((heading) => heading.getAttribute("aria-sort"));
    click(table, 0);
    expect([cells(table, 0)[0], sorting()]).toEqual(["99,999", ["descending", "none", "none"]]);
    click(table, 0);
    expect([cells(table, 0)[0], sorting()[0]]).toEqual(["0", "ascending"]);
    click(table, 2);
    expect(table.querySelector(".palette-place")!.textContent).toBe("Sorting by name");
    await expect.poll(() => cells(table, 2)[0]).toBe(hostile.markup);
    expect(cells(table, 0).slice(0, 3)).toEqual(["5", "0", "50"]);
    click(table, 2);
    await expect.poll(() => cells(table, 0).slice(0, 2)).toEqual(["9", "59"]);
    click(table, 2);
    expect([cells(table, 0)[0], sorting()]).toEqual(["0", ["none", "none", "none"]]);
  });

  test("each heading has the distribution of its column, and says it", () => {
    const table = resultTable(rows, { document, name: "answer" });
    const labels = [...table.querySelectorAll("th svg")].map((svg) => svg.getAttribute("aria-label"));
    expect(labels[0]).toBe("from 0 to 99,999");
    expect(labels[1]).toBe("from 0 to 1000.6, 100 without a number");
    expect(labels[2]).toMatch(/^5[012] different values in 10,000 of 100,000 rows, most often name/);
    const heights = (heading: number) =>
      [...table.querySelectorAll(`th:nth-child(${heading}) rect`)].map((bar) => Number(bar.getAttribute("height")));
    expect(Math.max(...heights(1)) - Math.min(...heights(1))).toBeLessThan(0.1);
  });

  test("no rows, no columns, and one row are tables too", () => {
    const none = resultTable(rows.slice(0, 0), { document, name: "none" });
    expect(none.querySelector(".palette-place")!.textContent).toBe("0 rows");
    expect(none.querySelectorAll("th")).toHaveLength(3);
    click(none, 0);
    expect(resultTable(rows.slice(7, 8), { document, name: "one" }).textContent).toContain("1 row");
  });

  test("a Parquet file has every row as it is", async () => {
    const module = createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm");
    const file = await writeParquetFile(rows, await readFile(module));
    const read = tableFromIPC(readParquet(file).intoIPCStream());
    expect(read.numRows).toBe(length);
    for (const row of [0, 3, 5, 7, length - 1]) expect(read.get(row)!.toJSON()).toEqual(rows.get(row)!.toJSON());
  });
});
