import type { Schema } from "apache-arrow";

/** Throws where rows to insert have other columns than the table, or in another order. */
export function checkColumns(table: string, columns: readonly { name: string }[], rows: Schema): void {
  const names = columns.map(({ name }) => name);
  const same = names.length === rows.names.length && names.every((name, i) => name === rows.names[i]);
  if (!same) throw new Error(`${table} has the columns ${names.join(", ")}, not ${rows.names.join(", ")}`);
}
