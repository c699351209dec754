import duckdb from "@duckdb/node-bindings";
import { Field, List, makeData, Struct } from "apache-arrow";
import { GrowingArray } from "../arrow/growingArray.ts";
import { type ColumnBuilder, Validity } from "./columnBuilder.ts";

/** LIST: `child` builds the column of the elements. */
export function lists(child: ColumnBuilder): ColumnBuilder {
  const offsets = new GrowingArray(Int32Array);
  offsets.push(0);
  const validity = new Validity();
  const listType = new List(new Field("item", child.type, true));
  return {
    type: listType,
    load(vector, count) {
      const data = duckdb.vector_get_data(vector, count * 16);
      const words = new Uint32Array(data.buffer, data.byteOffset, count * 4);
      const appendChild = child.load(duckdb.list_vector_get_child(vector), duckdb.list_vector_get_size(vector));
      const { bits, append } = validity.load(vector, count);
      return (start, end) => {
        let [from, to] = [0, 0];
        let total = offsets.items[offsets.length - 1]!;
        for (let i = start; i < end; i++) {
          const valid = !bits || (bits[i >> 3]! & (1 << (i & 7))) !== 0;
          const [at, length] = [words[i * 4]!, valid ? words[i * 4 + 2]! : 0];
          if (length > 0 && at !== to) {
            if (to > from) appendChild(from, to);
            from = at;
            to = at;
          }
          to += length;
          total += length;
          offsets.push(total);
        }
        if (to > from) appendChild(from, to);
        append(start, end);
      };
    },
    finish: () =>
      makeData({ type: listType, valueOffsets: offsets.finish(), child: child.finish(), ...validity.finish() }),
  };
}

/** STRUCT: one builder for each of its fields. */
export function structs(names: readonly string[], children: readonly ColumnBuilder[]): ColumnBuilder {
  const validity = new Validity();
  const structType = new Struct(children.map((child, i) => new Field(names[i]!, child.type, true)));
  return {
    type: structType,
    load(vector, count) {
      const appends = children.map((child, i) => child.load(duckdb.struct_vector_get_child(vector, i), count));
      const { append } = validity.load(vector, count);
      return (start, end) => {
        for (const appendChild of appends) appendChild(start, end);
        append(start, end);
      };
    },
    finish: () =>
      makeData({ type: structType, children: children.map((child) => child.finish()), ...validity.finish() }),
  };
}
