import { cellsOf, type TextCell, withCell, withoutCell } from "./notebookText.ts";

export interface Merged {
  text: string;
  /** Cells that both sides have changed, each in another way: the text has theirs. */
  conflicts: number[];
}

/**
 * What two texts of a notebook make that were both made from `base`: their text, with our changes of cells applied where
 * theirs are as they were. The order of cells is theirs.
 */
export function mergeNotebooks(base: string, ours: string, theirs: string): Merged {
  if (ours === base || ours === theirs) return { text: theirs, conflicts: [] };
  if (theirs === base) return { text: ours, conflicts: [] };
  const [before, mine] = [elements(base), elements(ours)];
  const conflicts: number[] = [];
  let text = theirs;
  const current = (id: number) => elements(text).get(id);
  let previous: number | undefined;
  for (const [id, element] of mine) {
    const known = before.get(id);
    const their = current(id);
    if (known === undefined && their?.text !== element.text) {
      const { type, source } = element.cell;
      const added = withCell(text, previous !== undefined && current(previous) ? previous : undefined, type, source);
      text = added.text;
      previous = added.id;
      continue;
    }
    previous = id;
    if (known === undefined || element.text === known.text || their?.text === element.text) continue;
    if (their?.text === known.text) text = text.slice(0, their.cell.start) + element.text + text.slice(their.cell.end);
    else conflicts.push(id);
  }
  for (const [id, known] of before) {
    const their = current(id);
    if (mine.has(id) || !their) continue;
    if (their.text === known.text) text = withoutCell(text, id);
    else conflicts.push(id);
  }
  return { text, conflicts };
}

function elements(text: string): Map<number, { text: string; cell: TextCell }> {
  return new Map(cellsOf(text).map((cell) => [cell.id, { text: text.slice(cell.start, cell.end), cell }]));
}
