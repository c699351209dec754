import {
  type Data,
  type DataType,
  Field,
  Float64,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Type,
  Utf8,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import { wideIntegers } from "./wideIntegers.ts";

/**
 * The same rows in the few Arrow types that every engine gives: integers up to 32 bits as Int32, wider ones, DECIMAL and
 * floats as Float64 (a value beyond 2^53 is rounded to the nearest double), dictionaries as their values. Other types,
 * such as timestamps, stay as they are.
 */
export function plainTable(schema: Schema, batches: readonly RecordBatch[]): Table {
  if (schema.fields.every((field) => `${plainType(field.type)}` === `${field.type}`))
    return new Table(schema, [...batches]);
  const fields = schema.fields.map((field) => new Field(field.name, plainType(field.type), true));
  const plain = new Schema(fields);
  const converted = batches.map(({ data }) => {
    const children = data.children.map(plainData);
    return new RecordBatch(plain, makeData({ type: new Struct(fields), length: data.length, nullCount: 0, children }));
  });
  return new Table(plain, converted);
}

function plainType(type: DataType): DataType {
  switch (type.typeId) {
    case Type.Null:
      return new Int32();
    case Type.Int: {
      const { bitWidth, isSigned } = type as DataType & { bitWidth: number; isSigned: boolean };
      return bitWidth < 32 || (bitWidth === 32 && isSigned) ? new Int32() : new Float64();
    }
    case Type.Float:
    case Type.Decimal:
      return new Float64();
    case Type.Dictionary:
      return plainType((type as DataType & { dictionary: DataType }).dictionary);
    case Type.List:
      return new List(new Field("item", plainType((type as List).valueType), true));
    case Type.Struct:
      return new Struct((type as Struct).children.map((child) => new Field(child.name, plainType(child.type), true)));
    default:
      return type;
  }
}

function plainData(data: Data): Data {
  const type = plainType(data.type);
  if (`${type}` === `${data.type}`) return data;
  const { length } = data;
  const common = { length, nullCount: data.nullCount, nullBitmap: data.nullCount > 0 ? validBits(data) : undefined };
  switch (data.type.typeId) {
    case Type.Null:
      return makeData({ type: new Int32(), length, nullCount: length, nullBitmap: new Uint8Array((length >> 3) + 1) });
    case Type.Dictionary:
      return texts(data);
    case Type.List: {
      const valueOffsets = data.valueOffsets as Int32Array;
      return makeData({ type: type as List, valueOffsets, child: plainData(data.children[0]!), ...common });
    }
    case Type.Struct:
      return makeData({ type: type as Struct, children: data.children.map(plainData), ...common });
    default:
      return makeData({ type: type as Float64, data: numbers(data) as Float64Array, ...common });
  }
}

function texts(data: Data): Data {
  if (data.dictionary?.length === 0 && data.nullCount < data.length) {
    throw new Error("the values of an ENUM do not leave this engine: cast it to VARCHAR");
  }
  const values = new Vector([data]);
  const decoded = Array.from({ length: data.length }, (_, i) => values.get(i) as string | null);
  return vectorFromArray(decoded, new Utf8()).data[0]!;
}

function numbers({ type, values, length }: Data): Int32Array | Float64Array {
  if (type.typeId === Type.Decimal) {
    const words = values as Uint32Array;
    const { scale } = type as DataType & { scale: number };
    const bytes = new Uint8Array(words.buffer, words.byteOffset, length * 16);
    return wideIntegers(bytes, 16, true).map((value) => value / 10 ** scale);
  }
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, length * 8);
    return wideIntegers(bytes, 8, values instanceof BigInt64Array);
  }
  const source = (values as Int32Array).subarray(0, length);
  return plainType(type).typeId === Type.Int ? Int32Array.from(source) : Float64Array.from(source);
}

/** The bitmap of a column's NULLs, starting at its first row. */
function validBits(data: Data): Uint8Array {
  const bits = new Uint8Array(Math.ceil(data.length / 64) * 8);
  for (let i = 0; i < data.length; i++) if (data.getValid(i)) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}
