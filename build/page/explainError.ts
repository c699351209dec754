import { errorLine } from "./errorLine.ts";

/** What an explanation needs to know of a notebook. */
export interface NamesOfCells {
  /** The ids of the cells that define a name. */
  definers(name: string): number[];
  /** The names that a cell defines, and those that it needs. */
  defined(cell: number): readonly string[];
  needed(cell: number): readonly string[];
  /** Every name that a cell may need. */
  known(): Iterable<string>;
}

export interface ExplainedError {
  /** One line. */
  error: string;
  /** Other cells that have to do with it. */
  related?: number[];
}

/** What is wrong with a cell, in one line: with the names and cells in question where the notebook as a whole is wrong. */
export function explainError(cell: number, error: unknown, names: NamesOfCells): ExplainedError {
  const line = errorLine(error);
  const [, duplicate] = /^(\S+) is defined more than once$/.exec(line) ?? [];
  if (duplicate !== undefined) {
    const related = names.definers(duplicate).filter((other) => other !== cell);
    return { error: `${line}: rename it here or in ${cells(related)}`, related };
  }
  if (line === "circular definition") {
    const { path, related } = cycleOf(cell, names);
    const way = path.join(", ");
    if (related.length > 0)
      return { error: `${line}: ${way}; take one of these out, here or in ${cells(related)}`, related };
  }
  const [, missing] = /^(\S+) is not defined$/.exec(line) ?? [];
  const close = missing === undefined ? undefined : closest(missing, names.known());
  return { error: close === undefined ? line : `${line}; did you mean ${close}?` };
}

function cells(ids: readonly number[]): string {
  return ids.map((id) => `cell ${id}`).join(", ");
}

/** The way from a cell over what it needs back to itself, in words: `b needs a`, `a needs b`. */
function cycleOf(cell: number, names: NamesOfCells): { path: string[]; related: number[] } {
  const ways: { at: number; path: string[]; cells: number[] }[] = [{ at: cell, path: [], cells: [] }];
  const seen = new Set<number>();
  for (const { at, path, cells } of ways) {
    for (const name of names.needed(at)) {
      for (const next of names.definers(name)) {
        const step = `${names.defined(at)[0] ?? `cell ${at}`} needs ${name}`;
        if (next === cell) return { path: [...path, step], related: cells };
        if (seen.has(next)) continue;
        seen.add(next);
        ways.push({ at: next, path: [...path, step], cells: [...cells, next] });
      }
    }
  }
  return { path: [], related: [] };
}

/** The name that differs least from a wrong one, where that is by one or two letters, or by case. */
function closest(wrong: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, wrong.length / 2);
  for (const name of known) {
    const difference = name.toLowerCase() === wrong.toLowerCase() ? 0 : distance(wrong, name);
    if (difference < least) [best, least] = [name, difference];
  }
  return best;
}

/** How many letters have to be put in, taken out or replaced (Levenshtein). */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 4;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + Number(a[i - 1] !== b[j - 1]));
    row = next;
  }
  return row[b.length]!;
}
