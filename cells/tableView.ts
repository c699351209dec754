import { formatBytes } from "./formatBytes.ts";
import { formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import { formatShare } from "./formatShare.ts";
import { html } from "./html.ts";
import { savable } from "./savable.ts";

export type Cell = string | number | boolean | null | undefined;

/** How a column is read and written: durations in µs, shares and distances from 0 to 1, sizes in bytes. */
export interface Column<Row> {
  label: string;
  value: (row: Row) => Cell;
  format?: "text" | "count" | "number" | "duration" | "share" | "bytes" | "distance";
  /** Explanation of the column, on its heading. */
  title?: string;
}

export interface TableOptions<Row> {
  document: Document;
  /** Columns in order; by default one for each property of the first row. */
  columns?: Column<Row>[];
  caption?: string;
  /** Label of the column to sort by at first, and in which direction. */
  sort?: { column: string; descending?: boolean };
  /** Rows shown at first and added by "show more". */
  limit?: number;
  /** Lets a click (or Enter) choose a row: the table's `value`, which is this row at first. */
  chosen?: Row;
}

/** The table as an input: `value` is the chosen row, and `input` tells of a change. */
export interface TableView<Row> extends HTMLElement {
  value: Row | undefined;
}

/**
 * A table that sorts by a click (or Enter) on a heading, numbers to the right with their units, and shows `limit` rows
 * at a time. The order is stable, and what is missing comes last in both directions.
 */
export function tableView<Row extends object>(rows: readonly Row[], options: TableOptions<Row>): TableView<Row> {
  const { document, caption, sort, limit = 20, chosen } = options;
  const columns = options.columns ?? inferColumns(rows);
  const formats = columns.map((column) => column.format ?? inferFormat(rows, column));
  const body = html(document, "tbody");
  const more = html(document, "button", { type: "button", class: "palette-more" });
  const headings = columns.map((column, index) => {
    const button = html(document, "button", { type: "button" }, column.label);
    button.addEventListener("click", () => {
      const first = formats[index] !== "text";
      descending = sorted === index ? !descending : first;
      sorted = index;
      render();
    });
    const className = formats[index] === "text" ? "palette-text" : "palette-number";
    return html(document, "th", { scope: "col", class: className, title: column.title }, button);
  });
  let sorted = columns.findIndex((column) => column.label === sort?.column);
  let descending = sort?.descending ?? false;
  let shown = Math.min(limit, rows.length);

  function render(): void {
    const order = sorted < 0 ? rows : sortRows(rows, columns[sorted]!.value, descending);
    body.replaceChildren(
      ...order.slice(0, shown).map((row) => {
        const cells = columns.map((column, index) => cell(document, column.value(row), formats[index]!));
        const line = html(document, "tr", {}, ...cells);
        if (chosen !== undefined) makeChoosable(line, row);
        return line;
      }),
    );
    if (rows.length === 0) {
      const none = html(document, "td", { class: "palette-none", colspan: columns.length || undefined }, "none");
      body.replaceChildren(html(document, "tr", {}, none));
    }
    headings.forEach((heading, index) => {
      const direction = descending ? "descending" : "ascending";
      heading.setAttribute("aria-sort", sorted === index ? direction : "none");
      const arrow = sorted === index ? (descending ? " ↓" : " ↑") : "";
      heading.firstElementChild!.replaceChildren(document.createTextNode(columns[index]!.label + arrow));
    });
    const rest = rows.length - shown;
    more.hidden = rest <= 0;
    more.textContent = `Show ${formatCount(Math.min(rest, shown))} more of ${formatCount(rest)}`;
  }

  function makeChoosable(line: HTMLElement, row: Row): void {
    line.tabIndex = 0;
    line.setAttribute("aria-selected", String(row === view.value));
    const choose = () => {
      view.value = row;
      for (const other of body.children) other.setAttribute("aria-selected", String(other === line));
      const Event = document.defaultView?.Event;
      if (Event) view.dispatchEvent(new Event("input", { bubbles: true }));
    };
    line.addEventListener("click", choose);
    line.addEventListener("keydown", (event) => {
      if (event.key === "Enter") choose();
    });
  }

  more.addEventListener("click", () => {
    shown = Math.min(rows.length, shown * 2);
    render();
  });
  const head = html(document, "thead", {}, html(document, "tr", {}, ...headings));
  const title = caption === undefined ? undefined : html(document, "caption", {}, caption);
  const table = html(document, "table", chosen === undefined ? {} : { role: "grid" }, title, head, body);
  const written = () =>
    rows.map((row) => Object.fromEntries(columns.map((column) => [column.label, column.value(row) ?? null])));
  const content = html(document, "div", { class: "palette-table" }, table, more);
  const view = Object.assign(savable(content, { document, name: caption ?? "table", rows: written }), {
    value: chosen,
  });
  render();
  return view;
}

function inferColumns<Row extends object>(rows: readonly Row[]): Column<Row>[] {
  return Object.keys(rows[0] ?? {}).map((key) => ({ label: key, value: (row) => (row as Record<string, Cell>)[key] }));
}

function inferFormat<Row>(rows: readonly Row[], column: Column<Row>): NonNullable<Column<Row>["format"]> {
  const present = rows
    .slice(0, 100)
    .map(column.value)
    .find((value) => value !== null && value !== undefined);
  return typeof present === "number" ? "number" : "text";
}

function sortRows<Row>(rows: readonly Row[], value: (row: Row) => Cell, descending: boolean): Row[] {
  const keyed = rows.map((row) => ({ row, key: value(row) }));
  const missing = (key: Cell) => key === null || key === undefined || Number.isNaN(key);
  keyed.sort((a, b) => {
    if (missing(a.key) || missing(b.key)) return Number(missing(a.key)) - Number(missing(b.key));
    const [x, y] = descending ? [b.key!, a.key!] : [a.key!, b.key!];
    return x < y ? -1 : x > y ? 1 : 0;
  });
  return keyed.map(({ row }) => row);
}

function cell(document: Document, value: Cell, format: NonNullable<Column<never>["format"]>): HTMLElement {
  if (format !== "text") return html(document, "td", { class: "palette-number" }, write(value, format));
  const text = value === null || value === undefined ? "–" : String(value);
  return html(document, "td", { class: "palette-text", title: text.length > 32 ? text : undefined }, text);
}

function write(value: Cell, format: NonNullable<Column<never>["format"]>): string {
  if (value === null || value === undefined) return "–";
  const number = Number(value);
  if (format === "duration") return formatDuration(number);
  if (format === "share") return formatShare(number);
  if (format === "bytes") return formatBytes(number);
  if (format === "count") return formatCount(number);
  if (format === "distance") return Number.isFinite(number) ? number.toFixed(3) : "–";
  if (Number.isInteger(number)) return formatCount(number);
  return Number.isFinite(number) ? String(Number(number.toPrecision(4))) : "–";
}
