import type { DataType, Table } from "apache-arrow";
import { List } from "apache-arrow";
import { literal } from "../sql.ts";

/** Characters of a statement that carries rows; Trino takes 1,000,000. */
const longest = 500_000;

/** The rows of a table as lists for VALUES, in pieces that fit a statement each. */
export function* rowsText(rows: Table): Generator<string> {
  const types = rows.schema.fields.map(({ type }) => type);
  let text = "";
  for (const row of rows) {
    const values = rows.schema.fields.map(({ name }, i) => valueText(row[name], types[i]!));
    const piece = `(${values.join(", ")})`;
    if (text !== "" && text.length + piece.length > longest) {
      yield text;
      text = "";
    }
    text += text === "" ? piece : `, ${piece}`;
  }
  if (text !== "") yield text;
}

function valueText(value: unknown, type: DataType): string {
  if (value === null || value === undefined) return "NULL";
  if (type instanceof List) {
    return `ARRAY[${Array.from(value as Iterable<unknown>, (each) => valueText(each, type.valueType)).join(", ")}]`;
  }
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return value < 0 ? `(${value})` : String(value);
    return `CAST('${value}' AS DOUBLE)`;
  }
  return typeof value === "string" ? literal(value) : String(value).toUpperCase();
}
