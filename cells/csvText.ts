import { csvLine } from "./csvLine.ts";

/** Rows as CSV, as `csvLine` writes it, with the columns of all rows in the order in which they first appear. */
export function csvText(rows: readonly object[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => csvLine(columns.map((column) => (row as Record<string, unknown>)[column])));
  return [csvLine(columns), ...lines, ""].join("\r\n");
}
