import type { DuckDBResult } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { type Data, Field, makeData, RecordBatch, Schema, Struct, Table } from "apache-arrow";
import { columnFor } from "./columnFor.ts";

/** Reads a DuckDB result to its end into an Arrow table of one batch. */
export async function tableFromResult(result: DuckDBResult, signal?: AbortSignal): Promise<Table> {
  const names = result.columnNames();
  const columns = names.map((_, i) => columnFor(result.columnType(i)));
  const schema = new Schema(columns.map((column, i) => new Field(names[i]!, column.type, true)));
  let length = 0;
  for (;;) {
    signal?.throwIfAborted();
    const chunk = await result.fetchChunk();
    const count = chunk?.rowCount ?? 0;
    if (chunk === null || count === 0) break;
    columns.forEach((column, i) => {
      column.load(duckdb.data_chunk_get_vector(chunk.chunk, i), count)(0, count);
    });
    length += count;
  }
  const children: Data[] = columns.map((column) => column.finish());
  const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
  return new Table(schema, [batch]);
}
