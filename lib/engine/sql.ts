/** An SQL identifier, quoted: any text is safe, but NUL, which no engine takes. */
export function identifier(name: string): string {
  return `"${name.replaceAll("\0", "").replaceAll('"', '""')}"`;
}

/** An SQL string literal, quoted: any text is safe, but NUL, which no engine takes. */
export function literal(text: string): string {
  return `'${text.replaceAll("\0", "").replaceAll("'", "''")}'`;
}

/** The parts of a table's name as SQL writes it: `"a b"."t"` has `a b` and `t`. Throws where the text is no name. */
export function nameParts(table: string): string[] {
  const parts = table.match(/"(?:[^"]|"")*"|[^".]+/g) ?? [];
  if (parts.join(".") !== table || parts.length === 0) throw new Error(`invalid table name: ${table}`);
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
}
