import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int32,
  List,
  Table,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import type { TrinoRows } from "./trinoClient.ts";

/** A result as an Arrow table of the types that every engine gives (see `Engine.query`). */
export function trinoTable({ columns, rows }: TrinoRows): Table {
  const vectors: Record<string, Vector> = {};
  for (const [i, { name, type }] of columns.entries()) {
    const arrow = arrowType(type);
    const values = rows.map((row) => converted(row[i], arrow));
    vectors[name] = vectorFromArray(values, arrow);
  }
  return new Table(vectors);
}

function arrowType(type: string): DataType {
  if (/^(tinyint|smallint|integer|unknown)$/.test(type)) return new Int32();
  if (/^(bigint|double|real|decimal)/.test(type)) return new Float64();
  if (type === "boolean") return new Bool();
  const list = type.match(/^array\((.*)\)$/);
  if (list) return new List(new Field("item", arrowType(list[1]!), true));
  return new Utf8();
}

/** Trino sends DECIMAL as text, and NaN and the infinities as their names. */
function converted(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null;
  if (type instanceof Float64) return Number(value);
  if (type instanceof List) return (value as unknown[]).map((each) => converted(each, type.valueType));
  return type instanceof Utf8 && typeof value !== "string" ? JSON.stringify(value) : value;
}
