import type { Table } from "apache-arrow";
import { writeParquetFile } from "../lib/engine/wasm/writeParquetFile.ts";
import { columnHistogram } from "./columnHistogram.ts";
import { csvLine } from "./csvLine.ts";
import { formatCount } from "./formatCount.ts";
import { html } from "./html.ts";
import { type ResultColumn, resultColumn } from "./resultColumn.ts";
import { savable } from "./savable.ts";
import { sortOrder } from "./sortOrder.ts";

export interface ResultTableOptions {
  document: Document;
  /** What files of it are called, without their ending. */
  name: string;
}

/** A query's rows on the page; `value` is the rows. */
export interface ResultTable extends HTMLElement {
  readonly value: Table;
}

/** Rows in the document at a time. */
const shown = 14;

/** CSS pixels, as `.palette-result` in theme.css has them. */
const rowHeight = 22;

/** CSS pixels that browsers can scroll through; beyond, a pixel stands for more of the rows. */
const mostScroll = 15_000_000;

/**
 * A table of Arrow rows of any number: the rows stay in Arrow, and the document holds those alone that are in view. A
 * heading sorts (by the greatest number or the least text first, then the other way round, then as the query gave them)
 * and shows how its column is distributed. All rows can be saved as CSV and as Parquet.
 */
export function resultTable(rows: Table, { document, name }: ResultTableOptions): ResultTable {
  const columns = rows.schema.fields.map((_, index) => resultColumn(rows, index));
  const length = rows.numRows;
  const last = Math.max(0, length - shown);
  const range = Math.min(last * rowHeight, mostScroll);
  let order: Uint32Array | undefined;
  let sorted: { column: number; descending: boolean } | undefined;
  let first = 0;

  const body = html(document, "tbody");
  const place = html(document, "p", { class: "palette-place" });
  const headings = columns.map((column, index) => {
    const button = html(document, "button", { type: "button" }, column.name);
    button.addEventListener("click", () => sort(index));
    const className = column.numeric ? "palette-number" : "palette-text";
    return html(document, "th", { scope: "col", class: className }, button, columnHistogram(column, length, document));
  });

  function sort(index: number): void {
    const begin = columns[index]!.numeric;
    if (sorted?.column !== index) sorted = { column: index, descending: begin };
    else sorted = sorted.descending === begin ? { column: index, descending: !begin } : undefined;
    const asked = sorted;
    const keys = asked && columns[index]!.order();
    const show = (keys?: Float64Array) => {
      table.removeAttribute("aria-busy");
      order = asked && keys && sortOrder(keys, asked.descending);
      render();
    };
    label();
    if (keys instanceof Promise) {
      table.setAttribute("aria-busy", "true");
      place.textContent = `Sorting by ${columns[index]!.name}`;
      void keys.then((keys) => sorted === asked && show(keys));
    } else show(keys);
  }

  function label(): void {
    headings.forEach((heading, i) => {
      const direction = sorted?.column === i ? (sorted.descending ? "descending" : "ascending") : "none";
      heading.setAttribute("aria-sort", direction);
      const arrow = { descending: " ↓", ascending: " ↑", none: "" }[direction];
      heading.firstElementChild!.replaceChildren(html(document, "span", {}, columns[i]!.name), arrow);
    });
  }

  function render(): void {
    const end = Math.min(length, first + shown);
    const lines = Array.from({ length: end - first }, (_, i) => {
      const row = order?.[first + i] ?? first + i;
      return html(document, "tr", { "aria-rowindex": first + i + 2 }, ...columns.map((column) => cell(column, row)));
    });
    body.replaceChildren(...lines);
    place.textContent =
      length > shown
        ? `Rows ${formatCount(first + 1)} to ${formatCount(end)} of ${formatCount(length)}`
        : `${formatCount(length)} ${length === 1 ? "row" : "rows"}`;
  }

  function cell(column: ResultColumn, row: number): HTMLElement {
    const text = column.text(row);
    const className = column.numeric ? "palette-number" : "palette-text";
    return html(document, "td", { class: className, title: text.length > 32 ? text : undefined }, text);
  }

  const head = html(document, "thead", {}, html(document, "tr", {}, ...headings));
  const widths = columns.map((column) => html(document, "col", { style: `width: ${widthOf(column, length)}ch` }));
  const counts = { "aria-rowcount": length + 1, "aria-label": name };
  const table = html(document, "table", counts, html(document, "colgroup", {}, ...widths), head, body);
  const total = columns.reduce((sum, column) => sum + widthOf(column, length), 0);
  table.setAttribute("style", `width: ${total}ch`);
  const hasPage = document.defaultView !== null && "createObjectURL" in document.defaultView.URL;
  const scrolls = hasPage && range > 0;
  const height = scrolls ? `height: calc(100% + ${range}px)` : undefined;
  const space = html(document, "div", { style: height }, table);
  const frame = html(document, "div", { class: scrolls ? "palette-rows palette-scrolls" : "palette-rows" }, space);
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", `Rows of ${name}`);
  frame.addEventListener("scroll", () => {
    const next = range > 0 ? Math.min(last, Math.round((frame.scrollTop / range) * last)) : 0;
    if (next !== first) {
      first = next;
      render();
    }
  });
  const page = shown - 1;
  const moves: Record<string, () => number> = {
    ...{ ArrowDown: () => first + 1, ArrowUp: () => first - 1, PageDown: () => first + page },
    ...{ PageUp: () => first - page, Home: () => 0, End: () => last },
  };
  frame.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (!move || event.target !== frame || event.altKey || event.ctrlKey || event.metaKey || !scrolls) return;
    event.preventDefault();
    event.stopPropagation();
    first = Math.max(0, Math.min(last, move()));
    frame.scrollTop = (first / last) * range;
    render();
  });
  render();
  const content = html(document, "div", { class: "palette-table palette-result" }, frame, place);
  const files = { CSV: () => csvFile(columns, length), Parquet: () => parquetFile(rows, document) };
  return Object.assign(savable(content, { document, name, files }), { value: rows });
}

/** The width of a column in characters, by its name and some of its values, so that scrolling changes no width. */
function widthOf(column: ResultColumn, length: number): number {
  const step = Math.max(1, Math.ceil(length / 50));
  let most = Math.max(11, column.name.length + 2);
  for (let row = 0; row < length; row += step) most = Math.max(most, column.text(row).length);
  return Math.min(most, 40) + 3;
}

/** In pieces, since a million rows may be longer than a text can be. */
function csvFile(columns: readonly ResultColumn[], length: number): Blob {
  const pieces = [`${csvLine(columns.map(({ name }) => name))}\r\n`];
  for (let from = 0; from < length; from += 10_000) {
    let piece = "";
    for (let row = from; row < Math.min(length, from + 10_000); row++)
      piece += `${csvLine(columns.map((column) => column.written(row)))}\r\n`;
    pieces.push(piece);
  }
  return new Blob(pieces, { type: "text/csv" });
}

async function parquetFile(rows: Table, document: Document): Promise<Blob> {
  const module = new URL("assets/engine/parquet_wasm_bg.wasm", document.baseURI);
  return new Blob([await writeParquetFile(rows, module)], { type: "application/vnd.apache.parquet" });
}
