import {
  type DuckDBDecimalType,
  type DuckDBListType,
  type DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from "@duckdb/node-api";
import {
  Binary,
  DateDay,
  Float64,
  Int32,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Utf8,
} from "apache-arrow";
import { wideIntegers } from "../arrow/wideIntegers.ts";
import type { ColumnBuilder } from "./columnBuilder.ts";
import { lists, structs } from "./nestedColumns.ts";
import { booleans, decimals, fixed } from "./numberColumns.ts";
import { bytes, texts } from "./textColumns.ts";

/**
 * The Arrow column for a DuckDB type: integers up to 32 bits as Int32, wider integers, DECIMAL, FLOAT and DOUBLE as
 * Float64 (a value beyond 2^53 is rounded to the nearest double), VARCHAR as Utf8, BOOLEAN, DATE, TIMESTAMP, BLOB, LIST
 * and STRUCT as their Arrow twins, and any other type as its text.
 */
export function columnFor(type: DuckDBType): ColumnBuilder {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return booleans();
    case DuckDBTypeId.TINYINT:
      return fixed(new Int32(), 1, Int32Array, (b) => new Int8Array(b.buffer, b.byteOffset, b.byteLength));
    case DuckDBTypeId.UTINYINT:
      return fixed(new Int32(), 1, Int32Array, (b) => b);
    case DuckDBTypeId.SMALLINT:
      return fixed(new Int32(), 2, Int32Array, (b) => new Int16Array(b.buffer, b.byteOffset, b.byteLength / 2));
    case DuckDBTypeId.USMALLINT:
      return fixed(new Int32(), 2, Int32Array, (b) => new Uint16Array(b.buffer, b.byteOffset, b.byteLength / 2));
    case DuckDBTypeId.INTEGER:
      return fixed(new Int32(), 4, Int32Array, (b) => new Int32Array(b.buffer, b.byteOffset, b.byteLength / 4));
    case DuckDBTypeId.UINTEGER:
      return fixed(new Float64(), 4, Float64Array, (b) => new Uint32Array(b.buffer, b.byteOffset, b.byteLength / 4));
    case DuckDBTypeId.FLOAT:
      return fixed(new Float64(), 4, Float64Array, (b) => new Float32Array(b.buffer, b.byteOffset, b.byteLength / 4));
    case DuckDBTypeId.DOUBLE:
      return fixed(new Float64(), 8, Float64Array, (b) => new Float64Array(b.buffer, b.byteOffset, b.byteLength / 8));
    case DuckDBTypeId.BIGINT:
      return fixed(new Float64(), 8, Float64Array, (b) => wideIntegers(b, 8, true));
    case DuckDBTypeId.UBIGINT:
      return fixed(new Float64(), 8, Float64Array, (b) => wideIntegers(b, 8, false));
    case DuckDBTypeId.HUGEINT:
      return fixed(new Float64(), 16, Float64Array, (b) => wideIntegers(b, 16, true));
    case DuckDBTypeId.UHUGEINT:
      return fixed(new Float64(), 16, Float64Array, (b) => wideIntegers(b, 16, false));
    case DuckDBTypeId.DECIMAL:
      return decimals(type as DuckDBDecimalType);
    case DuckDBTypeId.DATE:
      return fixed(new DateDay(), 4, Int32Array, (b) => new Int32Array(b.buffer, b.byteOffset, b.byteLength / 4));
    case DuckDBTypeId.TIMESTAMP_S:
      return fixed(new TimestampSecond(), 8, BigInt64Array, int64);
    case DuckDBTypeId.TIMESTAMP_MS:
      return fixed(new TimestampMillisecond(), 8, BigInt64Array, int64);
    case DuckDBTypeId.TIMESTAMP_NS:
      return fixed(new TimestampNanosecond(), 8, BigInt64Array, int64);
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return fixed(new TimestampMicrosecond(), 8, BigInt64Array, int64);
    case DuckDBTypeId.VARCHAR:
      return bytes(new Utf8());
    case DuckDBTypeId.BLOB:
      return bytes(new Binary());
    case DuckDBTypeId.LIST:
      return lists(columnFor((type as DuckDBListType).valueType));
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return structs(entryNames, entryTypes.map(columnFor));
    }
    default:
      return texts(type);
  }
}

const int64 = (b: Uint8Array) => new BigInt64Array(b.buffer, b.byteOffset, b.byteLength / 8);
