/** A place in the source of a cell. */
export interface Match {
  cell: number;
  from: number;
  to: number;
}

export interface FindOptions {
  /** Small and capital letters are different. */
  matchCase?: boolean;
}

/** Where a text occurs in the sources of cells, in their order; occurrences do not overlap. */
export function findMatches(
  sources: readonly { id: number; source: string }[],
  text: string,
  { matchCase = false }: FindOptions = {},
): Match[] {
  if (text === "") return [];
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const pattern = new RegExp(escaped, matchCase ? "gu" : "giu");
  return sources.flatMap(({ id, source }) =>
    Array.from(source.matchAll(pattern), ({ index, 0: found }) => ({
      cell: id,
      from: index,
      to: index + found.length,
    })),
  );
}

/** A source with another text in these places. */
export function replaceMatches(source: string, matches: readonly Match[], by: string): string {
  return [...matches]
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, to }) => text.slice(0, from) + by + text.slice(to), source);
}
