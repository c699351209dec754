/** What an engine says to a text of several statements. */
export const severalStatements = "a query takes one statement, and this text has several";

/** The error as one line: DuckDB's are of several, with the statement and a pointer into it. */
export function oneLine(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  const message = reword(text)
    .split(/\n\s*LINE \d+:|\n\s*Stack Trace:/)[0]!
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a message quotes hostile texts
    .replace(/[\s\u0000-\u001f\u007f\u2028\u2029]+/g, " ")
    .trim();
  return new Error(message.length > 1000 ? `${message.slice(0, 1000)}…` : message, { cause: error });
}

/** Says what DuckDB's text means here, where that is something else. */
function reword(text: string): string {
  if (text.includes("Cannot prepare multiple statements")) return severalStatements;
  const malformed = /CSV Parser state machine reached an invalid state.*?file = (.*?)\n\s+delimiter = /s.exec(text);
  if (malformed) return `${malformed[1]}: no CSV: binary data, or line ends that change within the file`;
  return text;
}
