import duckdb, { type Vector } from "@duckdb/node-bindings";
import type { Data, DataType } from "apache-arrow";
import { GrowingArray } from "../arrow/growingArray.ts";

/** Takes rows [start, end) of a loaded vector into a column. */
export type Append = (start: number, end: number) => void;

/** An Arrow column under construction, fed from DuckDB's vectors. */
export interface ColumnBuilder {
  type: DataType;
  /** Reads a vector of `count` rows, whose rows can then be appended until the next `load`. */
  load(vector: Vector, count: number): Append;
  finish(): Data;
}

/** Rows and NULLs of a column: which rows are NULL, and Arrow's bitmap of them. */
export class Validity {
  length = 0;
  readonly nulls = new GrowingArray(Uint32Array);

  load(vector: Vector, count: number): { bits: Uint8Array | null; append: Append } {
    const bits = duckdb.vector_get_validity(vector, Math.ceil(count / 64) * 8) as Uint8Array | null;
    const append = (start: number, end: number) => {
      if (bits) {
        for (let i = start; i < end; i++) {
          if ((bits[i >> 3]! & (1 << (i & 7))) === 0) this.nulls.push(this.length + i - start);
        }
      }
      this.length += end - start;
    };
    return { bits, append };
  }

  finish(): { length: number; nullCount: number; nullBitmap: Uint8Array | undefined } {
    const nullCount = this.nulls.length;
    if (nullCount === 0) return { length: this.length, nullCount, nullBitmap: undefined };
    const nullBitmap = new Uint8Array(Math.ceil(this.length / 64) * 8).fill(255);
    for (const i of this.nulls.finish()) nullBitmap[i >> 3]! &= ~(1 << (i & 7));
    return { length: this.length, nullCount, nullBitmap };
  }
}
