import { type Table, tableFromJSON } from "apache-arrow";
import { plainTable } from "../lib/engine/arrow/plainTable.ts";
import { cancellable } from "../lib/engine/cancellable.ts";
import type { Engine } from "../lib/engine/engine.ts";
import { identifier } from "../lib/engine/sql.ts";
import { type SqlDatabase, sqlDatabase } from "../lib/engine/sqlDatabase.ts";
import { type Dataset, tableOf } from "../lib/traces/dataset.ts";
import { dropSchema } from "./dropSchema.ts";

export interface TraceDatabaseOptions {
  /** Further tables by name: results of SQL cells, or lists of plain rows. One with the name of another hides it. */
  tables?: Record<string, Table | readonly object[]>;
  /** When it aborts, the further tables are dropped. */
  signal?: AbortSignal;
}

/** Databases get a schema each for what is not the data set's own. */
let opened = 0;

/**
 * What SQL cells query: the tables of a data set in this engine by their bare names (`spans`, `executions`, `names`, …),
 * `calls`, which has a row for each execution that another one called, and further tables. Called `db` it is what SQL
 * cells ask unless they name another.
 * @throws Error of one line where a further table has no rows to know its columns from, or columns of other than plain data
 */
export async function traceDatabase(
  engine: Engine,
  dataset: Dataset,
  { tables = {}, signal }: TraceDatabaseOptions = {},
): Promise<SqlDatabase> {
  signal?.throwIfAborted();
  const schema = `sql_${++opened}`;
  const own = { engine: cancellable(engine, signal), schema };
  const work = async (): Promise<void> => {
    await own.engine.query(`CREATE SCHEMA ${identifier(schema)}`);
    await createCalls(dataset, own);
    for (const [name, rows] of Object.entries(tables)) await own.engine.insert(tableOf(own, name), asTable(name, rows));
  };
  const working = work();
  signal?.addEventListener("abort", () => void dropSchema(engine, schema, working), { once: true });
  await working;
  return sqlDatabase(dataset.engine, [dataset.schema, schema]);
}

function asTable(name: string, rows: Table | readonly object[]): Table {
  if ("batches" in rows) return rows;
  if (rows.length === 0) throw new Error(`the table ${name} has no rows, from which to know its columns`);
  const { schema, batches } = tableFromJSON(rows as Record<string, unknown>[]);
  return plainTable(schema, batches);
}

/** Summaries without spans have no executions, and so no calls. */
async function createCalls(dataset: Dataset, own: Dataset): Promise<void> {
  const t = (table: string) => tableOf(dataset, table);
  const executions = await own.engine.query(
    "SELECT 1 AS found FROM information_schema.tables WHERE table_schema = ? AND table_name = 'executions'",
    [dataset.schema],
  );
  if (executions.numRows === 0) return;
  await own.engine.query(`CREATE VIEW ${tableOf(own, "calls")} AS
    SELECT t.id AS trace, e.span, e.parent, c.service AS caller_service, c.operation AS caller_operation,
      n.service, n.operation, e.asynchronous, e.error, e.start, e.duration, e.waited, e.own,
      e.request_bytes, e.response_bytes
    FROM ${t("executions")} e JOIN ${t("names")} n USING (api) JOIN ${t("names")} c ON c.api = e.caller
      JOIN ${t("traces")} t ON t.number = e.trace
    WHERE e.parent IS NOT NULL`);
}
