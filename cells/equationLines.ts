/** A piece of an equation: names are set in italics, the rest upright. */
export interface EquationPiece {
  text: string;
  italic: boolean;
}

/**
 * Breaks an equation into lines of at most `width` characters, at its own line breaks and else before `+`, `·` or after
 * a comma; a continued line is indented. At most `limit` lines are kept, the last one then says how many more there are.
 */
export function equationLines(equation: string, width: number, limit = 30): EquationPiece[][] {
  const lines: string[] = [];
  for (const statement of equation.split("\n")) {
    let line = "";
    for (const term of statement.split(/(?= \+ )|(?<=, )/)) {
      if (line !== "" && line.length + term.length > width) {
        lines.push(line);
        line = "      ";
      }
      line += term;
    }
    lines.push(line);
  }
  const kept =
    lines.length > limit ? [...lines.slice(0, limit - 1), `… ${lines.length - limit + 1} more lines`] : lines;
  return kept.map(pieces);
}

function pieces(line: string): EquationPiece[] {
  return line
    .split(/(\[[^\]]*\]|\b(?:latency|own_time|L)\b)/)
    .filter((text) => text !== "")
    .map((text) => ({ text: text === "own_time" ? "own time" : text, italic: /^(latency|own_time|L)$/.test(text) }));
}
