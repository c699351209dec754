import type { BuiltCell } from "./builtNotebook.ts";
import { withoutMarks } from "./cellMarks.ts";
import { definedNames } from "./definedNames.ts";

const most = 60;

/** A cell in a few words: its first heading, the names that it defines, or else how its source begins. */
export function cellTitle(cell: BuiltCell): string {
  const { source, mode } = cell;
  const bare = withoutMarks(source);
  const heading = mode === "md" ? /^#{1,6}\s+(.+)$/m.exec(bare)?.[1] : undefined;
  const text = (heading ?? (definedNames(cell).join(", ") || beginning(bare, mode))).trim();
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function beginning(source: string, mode: string): string {
  const lines = source.split("\n").filter((line) => !/^\s*import\b/.test(line));
  const texts = lines.map((line) => (mode === "html" ? line.replace(/<[^>]*>/g, "") : line));
  return texts.find((line) => line.trim()) ?? "empty";
}
