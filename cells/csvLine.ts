/**
 * Values as a line of CSV (RFC 4180), without its end. Numbers are written in full, what is missing as nothing, lists and
 * objects as JSON. A text that a spreadsheet would run as a formula (it begins with = + - @, a tab or a carriage return)
 * gets an apostrophe before it.
 */
export function csvLine(values: readonly unknown[]): string {
  return values.map(field).join(",");
}

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
