/**
 * Cuts SQL at words or commas that stand outside of parentheses, quotes and brackets: each part with the word before it
 * (upper case, empty before the first).
 */
export function splitClauses(sql: string, words: readonly string[]): { word: string; text: string }[] {
  const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()[\]{},]|\w+|./gs;
  const parts: { word: string; text: string }[] = [];
  let current = { word: "", text: "" };
  let depth = 0;
  for (const [piece] of sql.matchAll(token)) {
    if ("([{".includes(piece)) depth++;
    if (")]}".includes(piece)) depth--;
    if (depth === 0 && words.includes(piece.toUpperCase())) {
      parts.push(current);
      current = { word: piece.toUpperCase(), text: "" };
    } else current.text += piece;
  }
  parts.push(current);
  return parts.filter(({ word, text }) => word !== "" || text.trim() !== "");
}
