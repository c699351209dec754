import {
  Bool,
  type Data,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Utf8,
} from "apache-arrow";

/** The SQL types of the columns that can be built. */
export type BuiltType = "BOOLEAN" | "INTEGER" | "BIGINT" | "DOUBLE" | "VARCHAR";

/** A value of a row: BIGINT takes integers of both kinds, and every column takes NULL. */
export type BuiltValue = string | number | bigint | boolean | null;

/** Collects rows as the columns of an Arrow table, whose types suit a table of the given SQL types. */
export class TableBuilder {
  /** Rows so far. */
  length = 0;
  /** UTF-16 code units in the rows' texts so far. */
  textLength = 0;
  private readonly names: string[];
  private readonly types: BuiltType[];
  private readonly columns: BuiltValue[][];

  /** `columns`: name to SQL type, in the table's order. */
  constructor(columns: Readonly<Record<string, BuiltType>>) {
    this.names = Object.keys(columns);
    this.types = Object.values(columns);
    this.columns = this.names.map(() => []);
  }

  /** Adds a row: one value of each column. */
  append(values: readonly BuiltValue[]): void {
    for (let i = 0; i < this.columns.length; i++) {
      const value = values[i]!;
      this.columns[i]!.push(value);
      if (typeof value === "string") this.textLength += value.length;
    }
    this.length++;
  }

  /** The rows as a table of one batch. */
  finish(): Table {
    const children = this.columns.map((values, i) => columnOf(this.types[i]!, values));
    const schema = new Schema(children.map((child, i) => new Field(this.names[i]!, child.type, true)));
    const struct = makeData({ type: new Struct(schema.fields), length: this.length, nullCount: 0, children });
    return new Table(schema, [new RecordBatch(schema, struct)]);
  }
}

function columnOf(type: BuiltType, values: readonly BuiltValue[]): Data {
  let nullCount = 0;
  for (const value of values) if (value === null) nullCount++;
  const rows = {
    length: values.length,
    nullCount,
    nullBitmap: nullCount > 0 ? bitsWhere(values, (value) => value !== null) : undefined,
  };
  switch (type) {
    case "BOOLEAN":
      return makeData({ type: new Bool(), data: bitsWhere(values, (value) => value === true), ...rows });
    case "INTEGER":
      return makeData({ type: new Int32(), data: new Int32Array(values as number[]), ...rows });
    case "BIGINT":
      return makeData({ type: new Int64(), data: BigInt64Array.from(values, (value) => BigInt(value ?? 0)), ...rows });
    case "DOUBLE":
      return makeData({ type: new Float64(), data: new Float64Array(values as number[]), ...rows });
    case "VARCHAR":
      return makeData({ type: new Utf8(), ...textsOf(values as (string | null)[]), ...rows });
  }
}

function bitsWhere(values: readonly BuiltValue[], holds: (value: BuiltValue) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 64) * 8);
  for (let i = 0; i < values.length; i++) if (holds(values[i]!)) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

/** All texts are encoded at once: a call for each of them takes far longer. */
function textsOf(values: readonly (string | null)[]): { data: Uint8Array; valueOffsets: Int32Array } {
  const encoder = new TextEncoder();
  const data = encoder.encode(values.join(""));
  const valueOffsets = new Int32Array(values.length + 1);
  let units = 0;
  for (let i = 0; i < values.length; i++) valueOffsets[i + 1] = units += values[i]?.length ?? 0;
  if (units === data.length) return { data, valueOffsets };
  // Not all is ASCII. Texts whose ends would join to another character (halves of a surrogate pair) are encoded alone.
  const texts = values.map((value) => encoder.encode(value ?? ""));
  for (let i = 0; i < texts.length; i++) valueOffsets[i + 1] = valueOffsets[i]! + texts[i]!.length;
  const joined = new Uint8Array(valueOffsets[texts.length]!);
  texts.forEach((text, i) => {
    joined.set(text, valueOffsets[i]);
  });
  return { data: joined, valueOffsets };
}
