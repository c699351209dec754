import { type DuckDBType, DuckDBVector } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { type Binary, makeData, Utf8 } from "apache-arrow";
import { GrowingArray } from "../arrow/growingArray.ts";
import { type ColumnBuilder, Validity } from "./columnBuilder.ts";

/** VARCHAR and BLOB: 16 bytes a value, short ones inline, long ones behind a pointer. */
export function bytes(type: Utf8 | Binary): ColumnBuilder {
  const heap = new GrowingArray(Uint8Array);
  const offsets = new GrowingArray(Int32Array);
  offsets.push(0);
  const validity = new Validity();
  return {
    type,
    load(vector, count) {
      const data = duckdb.vector_get_data(vector, count * 16);
      const words = new Uint32Array(data.buffer, data.byteOffset, count * 4);
      const { bits, append } = validity.load(vector, count);
      return (start, end) => {
        let run: { row: number; bytes: number; next: number } | undefined;
        const flush = () => {
          if (run)
            heap.append(
              duckdb.get_data_from_pointer(data.buffer as ArrayBuffer, data.byteOffset + run.row * 16 + 8, run.bytes),
            );
          run = undefined;
        };
        let total = offsets.items[offsets.length - 1]!;
        for (let i = start; i < end; i++) {
          const valid = !bits || (bits[i >> 3]! & (1 << (i & 7))) !== 0;
          const length = valid ? words[i * 4]! : 0;
          total += length;
          if (length > 12) {
            // Neighbours usually share one heap block: reading a block at once saves a native call for each value.
            const pointer = words[i * 4 + 2]! + words[i * 4 + 3]! * 0x100000000;
            if (run && run.next === pointer) {
              run.bytes += length;
              run.next += length;
            } else {
              flush();
              run = { row: i, bytes: length, next: pointer + length };
            }
          } else if (length > 0) {
            flush();
            heap.append(data.subarray(i * 16 + 4, i * 16 + 4 + length));
          }
          if (total > 0x7fffffff) throw new Error("a text column of this result exceeds 2 GB: select fewer rows");
          offsets.push(total);
        }
        flush();
        append(start, end);
      };
    },
    finish: () =>
      makeData({ type: type as Utf8, data: heap.finish(), valueOffsets: offsets.finish(), ...validity.finish() }),
  };
}

/** Any other type, as the text that DuckDB shows for its values. */
export function texts(type: DuckDBType): ColumnBuilder {
  const heap = new GrowingArray(Uint8Array);
  const offsets = new GrowingArray(Int32Array);
  offsets.push(0);
  const validity = new Validity();
  const encoder = new TextEncoder();
  return {
    type: new Utf8(),
    load(vector, count) {
      const values = DuckDBVector.create(vector, count, type);
      const { append } = validity.load(vector, count);
      return (start, end) => {
        for (let i = start; i < end; i++) {
          const value = values.getItem(i);
          if (value !== null) heap.append(encoder.encode(String(value)));
          offsets.push(heap.length);
        }
        append(start, end);
      };
    },
    finish: () =>
      makeData({ type: new Utf8(), data: heap.finish(), valueOffsets: offsets.finish(), ...validity.finish() }),
  };
}
