/** How a cell is treated by the workbench, beyond what the attributes of Observable's format say. */
export interface CellMarks {
  /** Run only when asked to. */
  lazy: boolean;
  /** Shown as one line. */
  folded: boolean;
}

const words = ["lazy", "folded"] as const;
const written = /^(?:\/\/|--|#|%|<!--) palette: *([a-z]+(?:, *[a-z]+)*) *(?:-->)? *(?:\r?\n|$)/;

/** How comments of each type of cell begin and end; those of other types begin with `//`. */
const comments: ReadonlyMap<string, readonly [begin: string, end: string]> = new Map([
  ["application/sql", ["--", ""]],
  ["text/markdown", ["<!--", " -->"]],
  ["text/html", ["<!--", " -->"]],
  ["text/x-python", ["#", ""]],
  ["text/x-r", ["#", ""]],
  ["application/x-tex", ["%", ""]],
]);

/**
 * The marks of a source: words in a comment that is its first line, as in `// palette: lazy, folded`. A part of the source
 * is what every tool keeps that reads and writes notebooks, unlike attributes of our own.
 */
export function marksOf(source: string): CellMarks {
  const found = written.exec(source)?.[1]?.split(/, */) ?? [];
  return { lazy: found.includes("lazy"), folded: found.includes("folded") };
}

/** The source without the line of its marks. */
export function withoutMarks(source: string): string {
  return source.replace(written, "");
}

/** The source with these marks alone, in a comment of the cell's type. */
export function withMarks(source: string, type: string, marks: CellMarks): string {
  const [begin, end] = comments.get(type) ?? ["//", ""];
  const given = words.filter((word) => marks[word]);
  const bare = withoutMarks(source);
  return given.length > 0 ? `${begin} palette: ${given.join(", ")}${end}\n${bare}` : bare;
}
