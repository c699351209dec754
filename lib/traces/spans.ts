import { type Dataset, tableOf } from "./dataset.ts";

export type SpanKind = "server" | "client" | "internal" | "producer" | "consumer";

/**
 * The span table: what every reader writes, one row for each accepted record.
 * Times are µs from the data set's own origin (DOUBLE), sizes are bytes.
 */
export const spanColumns = {
  /** Index of the file in `files`, from 0. */
  file: "INTEGER",
  /** Number of the record in its file, from 1 (the header does not count). */
  row: "BIGINT",
  trace: "VARCHAR",
  id: "VARCHAR",
  /** The parent's id; NULL for a root. */
  parent: "VARCHAR",
  service: "VARCHAR",
  operation: "VARCHAR",
  /** A `SpanKind`; NULL where the format does not say. */
  kind: "VARCHAR",
  start: "DOUBLE",
  duration: "DOUBLE",
  /** Duration seen by the caller, where one record holds both sides of a call; else NULL. */
  caller_duration: "DOUBLE",
  error: "BOOLEAN",
  /** The reference to the parent says that the parent does not wait (Jaeger's FOLLOWS_FROM). */
  follows: "BOOLEAN",
  /** The service on the other side, where a client span names one; else NULL. */
  peer: "VARCHAR",
  request_bytes: "DOUBLE",
  response_bytes: "DOUBLE",
} as const;

/** (Re)creates an empty span table, and beside it `files`, `ledger` and `skipped` (files that were left out, and why). */
export async function createSpanTables(dataset: Dataset): Promise<void> {
  const { engine } = dataset;
  await engine.query(`CREATE SCHEMA IF NOT EXISTS "${dataset.schema.replaceAll('"', '""')}"`);
  const columns = Object.entries(spanColumns).map(([name, type]) => `"${name}" ${type}`);
  await engine.query(`CREATE OR REPLACE TABLE ${tableOf(dataset, "spans")} (${columns.join(", ")})`);
  await engine.query(
    `CREATE OR REPLACE TABLE ${tableOf(dataset, "files")} (file INTEGER, path VARCHAR, format VARCHAR, rows_read BIGINT)`,
  );
  await engine.query(
    `CREATE OR REPLACE TABLE ${tableOf(dataset, "skipped")} (path VARCHAR, rule VARCHAR, reason VARCHAR)`,
  );
  await engine.query(
    `CREATE OR REPLACE TABLE ${tableOf(dataset, "ledger")} (file INTEGER, rule VARCHAR, action VARCHAR, rows_counted BIGINT, example BIGINT)`,
  );
}
