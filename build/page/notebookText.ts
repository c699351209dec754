import { type CellMarks, marksOf, withMarks } from "./cellMarks.ts";

/** A cell in a notebook's text, with where it stands. */
export interface TextCell extends CellMarks {
  /** As notebook-kit gives it: the script's id, or one that is free where it has none of its own. */
  id: number;
  /** The script's type: `module`, `text/x-typescript`, `text/markdown`, `application/sql`, … */
  type: string;
  /** The source without the file's indentation. */
  source: string;
  pinned: boolean;
  /** Offsets of the whole element in the text. */
  start: number;
  end: number;
  /** The opening tag, as written. */
  tag: string;
}

/** The types of cells that a notebook can run, by the names that people know them by. */
export const cellTypes: ReadonlyMap<string, string> = new Map([
  ["text/x-typescript", "TypeScript"],
  ["module", "JavaScript"],
  ["application/sql", "SQL"],
  ["text/markdown", "Markdown"],
  ["text/html", "HTML"],
]);

/**
 * What matters of a file's text: comments and the title, in which nothing is a cell; where the notebook begins and ends; and
 * scripts, of which the last may lack its end.
 */
const parts = new RegExp(
  [
    "<!--[\\s\\S]*?(?:-->|$)",
    "<title\\b[^>]*>[\\s\\S]*?(?:</title\\s*>|$)",
    "<notebook\\b[^>]*>",
    "</notebook\\s*>",
    `(<script\\b(?:"[^"]*"|'[^']*'|[^>"'])*>)([\\s\\S]*?)(?:</script\\s*>|$)`,
  ].join("|"),
  "gi",
);

/** The cells of a notebook's text (Observable Notebooks 2.0), in order. */
export function cellsOf(text: string): TextCell[] {
  const cells: TextCell[] = [];
  const ids = new Set<number>();
  let most = 0;
  let depth = 0;
  for (const match of text.matchAll(parts)) {
    const [element, tag, content] = match;
    if (/^<notebook/i.test(element)) depth++;
    else if (/^<\/notebook/i.test(element)) depth = Math.max(0, depth - 1);
    if (tag === undefined || content === undefined || depth === 0) continue;
    let id = Math.floor(Number(attribute(tag, "id") ?? 0));
    if (!Number.isFinite(id) || id <= 0 || ids.has(id)) id = most + 1;
    most = Math.max(most, id);
    ids.add(id);
    const [start, end] = [match.index, match.index + element.length];
    const source = dedent(content.replace(/<\\(?=\\*\/script(\s|>))/gi, "<"));
    const pinned = attribute(tag, "pinned") !== undefined;
    const type = attribute(tag, "type") ?? "module";
    cells.push({ id, type, source, pinned, ...marksOf(source), start, end, tag });
  }
  return cells;
}

/** The name of the value that an SQL cell asks, or undefined where it names another kind of database. */
export function databaseOf({ tag }: TextCell): string | undefined {
  const database = attribute(tag, "database") ?? "var:db";
  return database.startsWith("var:") ? database.slice("var:".length) : undefined;
}

/** The text with another source in one cell; all else stays as it is, byte for byte. */
export function withSource(text: string, id: number, source: string): string {
  const cell = cellOf(text, id);
  if (cell.source === source) return text;
  return text.slice(0, cell.start) + cell.tag + contentOf(source) + closing(text, cell) + text.slice(cell.end);
}

/** The text with a cell marked as lazy or folded, or no longer. */
export function withMark(text: string, id: number, marks: Partial<CellMarks>): string {
  const cell = cellOf(text, id);
  return withSource(text, id, withMarks(cell.source, cell.type, { ...cell, ...marks }));
}

/** The text with another type of a cell; a database and an output's name belong to SQL alone. */
export function withType(before: string, id: number, type: string): string {
  const known = cellOf(before, id);
  if (known.type === type) return before;
  const text = withSource(before, id, withMarks(known.source, type, known));
  const cell = cellOf(text, id);
  const sql = type === "application/sql";
  let tag = setAttribute(cell.tag, "type", type);
  tag = setAttribute(tag, "database", sql ? "var:db" : undefined);
  tag = setAttribute(tag, "format", undefined);
  if (!sql) tag = setAttribute(tag, "output", undefined);
  return replace(text, cell, tag);
}

/** The text with a cell's source shown beside its output, or not. */
export function withPinned(text: string, id: number, pinned: boolean): string {
  const cell = cellOf(text, id);
  return cell.pinned === pinned ? text : replace(text, cell, setAttribute(cell.tag, "pinned", pinned ? "" : undefined));
}

/** The text with a new cell after another one, or before all where that is undefined; and the new cell's id. */
export function withCell(
  text: string,
  after: number | undefined,
  type: string,
  source: string,
): { text: string; id: number } {
  const cells = cellsOf(text);
  const id = Math.max(0, ...cells.map((cell) => cell.id)) + 1;
  const database = type === "application/sql" ? ` database="var:db"` : "";
  const element = `<script id="${id}" type="${type}"${database}>${contentOf(source)}</script>`;
  return { text: insert(text, after, element), id };
}

/** The text without a cell. */
export function withoutCell(text: string, id: number): string {
  const { start, end } = cellOf(text, id);
  const line = text.slice(0, start).search(/\r?\n[ \t]*$/);
  return text.slice(0, line < 0 ? start : line) + text.slice(end);
}

/** The text with a cell one place up (-1) or down (1); at the edge it stays. */
export function withMoved(text: string, id: number, by: -1 | 1): string {
  const cells = cellsOf(text);
  const index = cells.findIndex((cell) => cell.id === id);
  const other = cells[index + by];
  const cell = cellOf(text, id);
  if (!other) return text;
  const [first, second] = by < 0 ? [other, cell] : [cell, other];
  const part = ({ start, end }: TextCell) => text.slice(start, end);
  return (
    text.slice(0, first.start) +
    part(second) +
    text.slice(first.end, second.start) +
    part(first) +
    text.slice(second.end)
  );
}

/** The text with an id in each cell's tag, so that a cell keeps its id when others come and go. */
export function withIds(text: string): string {
  return cellsOf(text)
    .reverse()
    .reduce((done, cell) => {
      const named = attribute(cell.tag, "id") === String(cell.id);
      return named ? done : replace(done, cell, setAttribute(cell.tag, "id", String(cell.id)));
    }, text);
}

function cellOf(text: string, id: number): TextCell {
  const cell = cellsOf(text).find((cell) => cell.id === id);
  if (!cell) throw new Error(`there is no cell ${id}`);
  return cell;
}

/** The closing tag, as written; a last cell may lack it. */
function closing(text: string, { start, end, tag }: TextCell): string {
  return /<\/script\s*>$/i.exec(text.slice(start + tag.length, end))?.[0] ?? "</script>";
}

function replace(text: string, { start, tag }: TextCell, by: string): string {
  return text.slice(0, start) + by + text.slice(start + tag.length);
}

function insert(text: string, after: number | undefined, element: string): string {
  const cells = cellsOf(text);
  const previous = cells.find((cell) => cell.id === after);
  const title = /<title\b[^>]*>[\s\S]*?<\/title\s*>/i.exec(text);
  const opening = /<notebook\b[^>]*>/i.exec(text);
  const place =
    previous?.end ?? (title ? title.index + title[0].length : opening ? opening.index + opening[0].length : -1);
  if (place < 0) throw new Error("the file has no <notebook> element to put a cell into");
  const rest = text.slice(place);
  return `${text.slice(0, place)}\n  ${element}${/^\s*</.test(rest) && !/^\s*\n/.test(rest) ? "\n" : ""}${rest}`;
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}(?:\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>"']+)))?(?=[\\s/>])`, "i").exec(tag);
  return found ? (found[1] ?? found[2] ?? found[3] ?? "") : undefined;
}

/** Sets an attribute where it stands, or in the place that notebook-kit's own writer gives it. */
function setAttribute(tag: string, name: string, value: string | undefined): string {
  const found = new RegExp(`\\s${name}(?:\\s*=\\s*(?:"[^"]*"|'[^']*'|[^\\s>"']+))?(?=[\\s/>])`, "i").exec(tag);
  const written = value === undefined ? "" : ` ${name}="${value}"`;
  if (found) return tag.slice(0, found.index) + written + tag.slice(found.index + found[0].length);
  const order = ["id", "type", "pinned", "hidden", "database", "output", "format"];
  const later = order.slice(order.indexOf(name) + 1).join("|");
  const place = tag.search(new RegExp(`\\s(?:${later})(?=[\\s=/>])|\\s*/?>$`, "i"));
  return tag.slice(0, place) + written + tag.slice(place);
}

/** A cell's source as notebook-kit writes it: indented, with `</script>` escaped. */
function contentOf(source: string): string {
  const lines = source.replace(/<(?=\\*\/script(\s|>))/gi, "<\\").split(/\r\n?|\n/);
  return `\n${lines.map((line) => (line.trim() ? `    ${line}` : "")).join("\n")}\n  `;
}

function dedent(content: string): string {
  const lines = content.split(/\r\n?|\n/);
  if (!lines.at(-1)?.trim()) lines.pop();
  if (!lines[0]?.trim()) lines.shift();
  return lines.map((line) => line.replace(/^ {4}/, "")).join("\n");
}
