import type { DuckDBDecimalType } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { Bool, type DataType, Float64, makeData } from "apache-arrow";
import { GrowingArray } from "../arrow/growingArray.ts";
import { wideIntegers } from "../arrow/wideIntegers.ts";
import { type ColumnBuilder, Validity } from "./columnBuilder.ts";

type Numbers = Int32ArrayConstructor | Float64ArrayConstructor | BigInt64ArrayConstructor;

export function fixed(
  type: DataType,
  width: number,
  array: Numbers,
  view: (data: Uint8Array) => ArrayLike<number> | ArrayLike<bigint>,
): ColumnBuilder {
  const values = new GrowingArray<InstanceType<Numbers>>(array);
  const validity = new Validity();
  return {
    type,
    load(vector, count) {
      const data = view(duckdb.vector_get_data(vector, count * width)) as InstanceType<Numbers>;
      const { bits, append } = validity.load(vector, count);
      return (start, end) => {
        const at = values.length;
        values.append(start === 0 && end === count ? data : data.subarray(start, end));
        if (bits) {
          const zero = array === BigInt64Array ? 0n : 0;
          for (let i = start; i < end; i++) {
            if ((bits[i >> 3]! & (1 << (i & 7))) === 0)
              (values.items as { [i: number]: unknown })[at + i - start] = zero;
          }
        }
        append(start, end);
      };
    },
    finish: () => makeData({ type, data: values.finish(), ...validity.finish() } as Parameters<typeof makeData>[0]),
  };
}

export function decimals({ width, scale }: DuckDBDecimalType): ColumnBuilder {
  const bytes = width <= 4 ? 2 : width <= 9 ? 4 : width <= 18 ? 8 : 16;
  const divisor = 10 ** scale;
  return fixed(new Float64(), bytes, Float64Array, (b) => {
    const integers =
      bytes === 2
        ? new Int16Array(b.buffer, b.byteOffset, b.byteLength / 2)
        : bytes === 4
          ? new Int32Array(b.buffer, b.byteOffset, b.byteLength / 4)
          : wideIntegers(b, bytes, true);
    return Float64Array.from(integers, (value) => value / divisor);
  });
}

export function booleans(): ColumnBuilder {
  const bits = new GrowingArray(Uint8Array);
  const validity = new Validity();
  return {
    type: new Bool(),
    load(vector, count) {
      const data = duckdb.vector_get_data(vector, count);
      const { append } = validity.load(vector, count);
      return (start, end) => {
        bits.append(data.subarray(start, end));
        append(start, end);
      };
    },
    finish() {
      const data = new Uint8Array(Math.ceil(bits.length / 64) * 8);
      bits.finish().forEach((value, i) => {
        if (value) data[i >> 3]! |= 1 << (i & 7);
      });
      return makeData({ type: new Bool(), data, ...validity.finish() });
    },
  };
}
