import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  DuckDBVector,
  INTEGER,
  LIST,
  listValue,
  TIMESTAMP,
  VARCHAR,
} from "@duckdb/node-api";
import duckdb, { type Vector } from "@duckdb/node-bindings";
import { Vector as ArrowVector, type Data, type DataType, type Table, TimeUnit, Type } from "apache-arrow";

/** Writes rows [start, start + count) of a batch's column into a vector of a data chunk. */
type Write = (vector: Vector, start: number, count: number) => void;

/** Hands all rows to an appender, whose table has a column of the `appendedType` for each of theirs, in their order. */
export function appendTable(appender: DuckDBAppender, rows: Table): void {
  const types = rows.schema.fields.map((field) => appendedType(field.type));
  const size = duckdb.vector_size();
  const chunk = DuckDBDataChunk.create(types);
  for (const batch of rows.batches) {
    const writes = batch.data.children.map((column, i) => writer(column, types[i]!));
    for (let start = 0; start < batch.numRows; start += size) {
      const count = Math.min(size, batch.numRows - start);
      chunk.reset();
      chunk.rowCount = count;
      writes.forEach((write, i) => {
        write(duckdb.data_chunk_get_vector(chunk.chunk, i), start, count);
      });
      appender.appendDataChunk(chunk);
    }
  }
}

/** The SQL type of the values that are written for an Arrow type. */
export function appendedType(type: DataType): DuckDBType {
  switch (type.typeId) {
    case Type.Bool:
      return BOOLEAN;
    case Type.Int: {
      const { bitWidth, isSigned } = type as DataType & { bitWidth: number; isSigned: boolean };
      return bitWidth === 64 ? BIGINT : bitWidth === 32 && !isSigned ? DOUBLE : INTEGER;
    }
    case Type.Float:
      return DOUBLE;
    case Type.Timestamp:
      return TIMESTAMP;
    case Type.Null:
      return INTEGER;
    case Type.List:
      return LIST(appendedType((type as DataType & { valueType: DataType }).valueType));
    default:
      return VARCHAR;
  }
}

function writer(column: Data, type: DuckDBType): Write {
  const { typeId } = column.type as DataType;
  if (typeId === Type.Utf8 || typeId === Type.LargeUtf8) return texts(column);
  if (typeId === Type.Float || typeId === Type.Int || typeId === Type.Timestamp) return numbers(column, type);
  return values(column, type);
}

function writeNulls(column: Data, vector: Vector, start: number, count: number): void {
  if (column.nullCount === 0) return;
  const bits = new Uint8Array(Math.ceil(count / 64) * 8).fill(255);
  for (let i = 0; i < count; i++) if (!column.getValid(start + i)) bits[i >> 3]! &= ~(1 << (i & 7));
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.byteLength);
}

function numbers(column: Data, type: DuckDBType): Write {
  const source = asChunkNumbers(column, type);
  const width = source.BYTES_PER_ELEMENT;
  return (vector, start, count) => {
    const offset = source.byteOffset + start * width;
    duckdb.copy_data_to_vector(vector, 0, source.buffer as ArrayBuffer, offset, count * width);
    writeNulls(column, vector, start, count);
  };
}

/** A numeric column's values in the width that its vector has. */
function asChunkNumbers(column: Data, type: DuckDBType): Int32Array | Float64Array | BigInt64Array {
  const source = column.values as ArrayLike<number> | BigInt64Array | BigUint64Array;
  if (type === DOUBLE) return source instanceof Float64Array ? source : Float64Array.from(source as ArrayLike<number>);
  if (type === INTEGER) return source instanceof Int32Array ? source : Int32Array.from(source as ArrayLike<number>);
  const integers = source instanceof BigInt64Array ? source : BigInt64Array.from(source as BigUint64Array);
  if (type === BIGINT) return integers;
  const { unit } = column.type as DataType & { unit: TimeUnit };
  if (unit === TimeUnit.MICROSECOND) return integers;
  if (unit === TimeUnit.NANOSECOND) return integers.map((value) => value / 1000n);
  return integers.map((value) => value * (unit === TimeUnit.SECOND ? 1_000_000n : 1000n));
}

function texts(column: Data): Write {
  const offsets = column.valueOffsets as Int32Array;
  const bytes = column.values as Uint8Array;
  return (vector, start, count) => {
    for (let i = 0; i < count; i++) {
      if (column.nullCount > 0 && !column.getValid(start + i)) continue;
      const text = bytes.subarray(Number(offsets[start + i]!), Number(offsets[start + i + 1]!));
      duckdb.vector_assign_string_element_len(vector, i, text);
    }
    writeNulls(column, vector, start, count);
  };
}

/** Any other type, value by value. */
function values(column: Data, type: DuckDBType): Write {
  const source = new ArrowVector([column]);
  return (vector, start, count) => {
    const target = DuckDBVector.create(vector, count, type);
    for (let i = 0; i < count; i++) target.setItem(i, toDuckDB(source.get(start + i)));
    target.flush();
  };
}

function toDuckDB(value: unknown): DuckDBValue {
  return value instanceof ArrowVector ? listValue(Array.from(value, toDuckDB)) : (value as DuckDBValue);
}
