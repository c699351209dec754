/** A value of a row that is written to a file. */
type Value = unknown;

/**
 * Rows as CSV (RFC 4180), with the columns of all rows in the order in which they first appear. Numbers are written in
 * full, what is missing as nothing, lists and objects as JSON. A text that a spreadsheet would run as a formula (it
 * begins with = + - @, a tab or a carriage return) gets an apostrophe before it.
 */
export function csvText(rows: readonly object[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (values: readonly Value[]) => values.map(field).join(",");
  const lines = rows.map((row) => line(columns.map((column) => (row as Record<string, Value>)[column])));
  return [line(columns), ...lines, ""].join("\r\n");
}

function field(value: Value): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
