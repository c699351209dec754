import { Bool, Float64, Int32, Table, Utf8, vectorFromArray } from "apache-arrow";
import type { Engine } from "../../lib/engine/engine.ts";
import { type Dataset, tableOf } from "../../lib/traces/dataset.ts";
import { createSpanTables, type SpanKind } from "../../lib/traces/spans.ts";

/** A span as tests write it: `{ id: "b", parent: "a", api: "B get", at: [10, 30] }` is an operation `get` of service B. */
export interface SpanLiteral {
  id: string;
  parent?: string;
  /** Service and operation, separated by the first blank. */
  api: string;
  /** Start and end, µs. */
  at: [number, number];
  /** `t` unless told. */
  trace?: string;
  kind?: SpanKind;
  /** Duration that the caller saw, where one record holds both sides. */
  callerDuration?: number;
  error?: boolean;
  follows?: boolean;
  peer?: string;
  requestBytes?: number;
  responseBytes?: number;
  /** Index of the file, 0 unless told. */
  file?: number;
  /** Record number in its file; the position in the list, from 1, unless told. */
  row?: number;
}

/** Makes a data set of spans in an engine (schema `test` unless told), with its files and an empty ledger. */
export async function insertSpans(engine: Engine, spans: readonly SpanLiteral[], schema = "test"): Promise<Dataset> {
  const dataset: Dataset = { engine, schema };
  await createSpanTables(dataset);
  const rowOf = new Map(spans.map((span, index) => [span, index + 1]));
  const text = (of: (span: SpanLiteral) => string | undefined) =>
    vectorFromArray(
      spans.map((span) => of(span) ?? null),
      new Utf8(),
    );
  const double = (of: (span: SpanLiteral) => number | undefined) =>
    vectorFromArray(
      spans.map((span) => of(span) ?? null),
      new Float64(),
    );
  const flag = (of: (span: SpanLiteral) => boolean | undefined) =>
    vectorFromArray(
      spans.map((span) => of(span) ?? null),
      new Bool(),
    );
  const rows = new Table({
    file: vectorFromArray(
      spans.map((span) => span.file ?? 0),
      new Int32(),
    ),
    row: double((span) => span.row ?? rowOf.get(span)),
    trace: text((span) => span.trace ?? "t"),
    id: text((span) => span.id),
    parent: text((span) => span.parent),
    service: text((span) => span.api.slice(0, span.api.indexOf(" "))),
    operation: text((span) => span.api.slice(span.api.indexOf(" ") + 1)),
    kind: text((span) => span.kind),
    start: double((span) => span.at[0]),
    duration: double((span) => span.at[1] - span.at[0]),
    caller_duration: double((span) => span.callerDuration),
    error: flag((span) => span.error),
    follows: flag((span) => span.follows),
    peer: text((span) => span.peer),
    request_bytes: double((span) => span.requestBytes),
    response_bytes: double((span) => span.responseBytes),
  });
  if (spans.length > 0) {
    await engine.insert(tableOf(dataset, "inserted"), rows);
    await engine.query(`INSERT INTO ${tableOf(dataset, "spans")} SELECT * FROM ${tableOf(dataset, "inserted")}`);
    await engine.query(`DROP TABLE ${tableOf(dataset, "inserted")}`);
  }
  await engine.query(`
    INSERT INTO ${tableOf(dataset, "files")}
    SELECT file, 'file' || file, 'test', count(*) FROM ${tableOf(dataset, "spans")} GROUP BY file`);
  return dataset;
}

/** The rows of a query as plain objects; BIGINTs become numbers. `$name` stands for the data set's table of that name. */
export async function readRows(dataset: Dataset, sql: string): Promise<Record<string, unknown>[]> {
  const table = await dataset.engine.query(sql.replace(/\$(\w+)/g, (_, name: string) => tableOf(dataset, name)));
  return table.toArray().map((row) =>
    Object.fromEntries(
      Object.entries(row.toJSON() as Record<string, unknown>).map(([key, value]) => {
        if (typeof value === "bigint") return [key, Number(value)];
        if (typeof value === "object" && value !== null) return [key, Array.from(value as Iterable<unknown>, Number)];
        return [key, value];
      }),
    ),
  );
}
