import { DataType, type Field, type Table, type Vector } from "apache-arrow";
import { breathe } from "./breathe.ts";
import { csvLine } from "./csvLine.ts";
import { formatCount } from "./formatCount.ts";
import { textKeys } from "./textKeys.ts";

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
  /** A numeric column's values, NaN where there is none. */
  keys(): Float64Array;
  /** What rows are ordered by: numbers in the order of the values, NaN where there is none. Of texts it takes a while. */
  order(): Float64Array | Promise<Float64Array>;
}

/** The column at an index. */
export function resultColumn(table: Table, index: number): ResultColumn {
  const field = table.schema.fields[index]!;
  const vector = table.getChildAt(index)!;
  const numeric = isNumeric(field.type);
  const written = (row: number) => plain(field, vector.get(row));
  const text = (row: number) => {
    const value = written(row);
    return value === null || typeof value === "string" ? (value ?? undefined) : csvLine([value]);
  };
  let texts: Promise<Float64Array> | undefined;
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
    keys: () => numbers(vector),
    order() {
      if (numeric || DataType.isBool(field.type)) return numbers(vector);
      texts ??= textOrder(vector.length, text);
      return texts;
    },
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

/** Keys of the texts of a column, NaN where there is none. */
async function textOrder(length: number, text: (row: number) => string | undefined): Promise<Float64Array> {
  const encoder = new TextEncoder();
  const starts = new Uint32Array(length + 1);
  const missing: number[] = [];
  let bytes = new Uint8Array(length * 16 + 1024);
  const pause = breathe();
  for (let row = 0, end = 0; row < length; row++) {
    if (row % 65_536 === 0) await pause();
    const one = text(row);
    if (one === undefined) missing.push(row);
    else {
      if (end + one.length * 3 > bytes.length) {
        const larger = new Uint8Array(2 * (end + one.length * 3));
        larger.set(bytes);
        bytes = larger;
      }
      end += encoder.encodeInto(one, bytes.subarray(end)).written;
    }
    starts[row + 1] = end;
  }
  const keys = await textKeys({ bytes, starts });
  for (const row of missing) keys[row] = Number.NaN;
  return keys;
}
