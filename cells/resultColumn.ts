import { DataType, type Field, type Table, type Vector } from "apache-arrow";
import { csvLine } from "./csvLine.ts";
import { formatCount } from "./formatCount.ts";

/** A column of an Arrow table, as a table on the page needs it. Its values stay in Arrow. */
export interface ResultColumn {
  name: string;
  /** Numbers and times; written to the right. */
  numeric: boolean;
  /** A value as it is shown. */
  text(row: number): string;
  /** A value as it is written to a file: in full, times as ISO. */
  written(row: number): unknown;
  /** A key of a numeric column as it is shown. */
  label(key: number): string;
  /** What rows are ordered by: numbers of the same order as the values, NaN where there is none. */
  keys(): Float64Array;
}

/** The column at an index. */
export function resultColumn(table: Table, index: number): ResultColumn {
  const field = table.schema.fields[index]!;
  const vector = table.getChildAt(index)!;
  const numeric = isNumeric(field.type);
  const written = (row: number) => plain(field, vector.get(row));
  const isTime = DataType.isTimestamp(field.type) || DataType.isDate(field.type);
  return {
    name: field.name,
    label: (key) => (isTime ? String(plain(field, key)) : numberText(key)),
    numeric,
    written,
    text(row) {
      const value = written(row);
      if (value === null || value === undefined) return "–";
      if (typeof value === "number") return numberText(value);
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    },
    keys: () => (numeric || DataType.isBool(field.type) ? numbers(vector) : ranks(vector.length, written)),
  };
}

function isNumeric(type: DataType): boolean {
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isTimestamp(type) || DataType.isDate(type);
}

function plain({ type }: Field, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (DataType.isTimestamp(type) || DataType.isDate(type)) {
    const time = new Date(Number(value));
    return Number.isNaN(time.getTime()) ? String(value) : time.toISOString();
  }
  if (typeof value !== "object" && typeof value !== "bigint") return value;
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part)));
}

/** Whole numbers in full, others with six digits. */
function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return formatCount(value);
  return String(Number.isFinite(value) ? Number(value.toPrecision(6)) : value);
}

function numbers(vector: Vector): Float64Array {
  const keys = new Float64Array(vector.length);
  let row = 0;
  for (const { values, length, nullCount } of vector.data) {
    const isPlain = nullCount === 0 && (values instanceof Float64Array || values instanceof Int32Array);
    if (isPlain) keys.set(values.subarray(0, length), row);
    else for (let i = 0; i < length; i++) keys[row + i] = Number(vector.get(row + i) ?? Number.NaN);
    row += length;
  }
  return keys;
}

/** The place of each value among the different ones, by UTF-16 code units. */
function ranks(length: number, value: (row: number) => unknown): Float64Array {
  const seen = new Map<string, number>();
  const keys = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    const one = value(row);
    if (one === null) {
      keys[row] = Number.NaN;
      continue;
    }
    const text = typeof one === "string" ? one : csvLine([one]);
    const known = seen.get(text) ?? seen.size;
    if (known === seen.size) seen.set(text, known);
    keys[row] = known;
  }
  const rank = new Float64Array(seen.size);
  // Without a function to compare by, texts are sorted by their code units, and far faster.
  [...seen.keys()].sort().forEach((text, place) => {
    rank[seen.get(text)!] = place;
  });
  return keys.map((number) => (Number.isNaN(number) ? number : rank[number]!));
}
