import { type Table, tableFromJSON } from "apache-arrow";
import { type ResultTable, resultTable } from "../../cells/resultTable.ts";
import type { SqlDatabase } from "../../lib/engine/sqlDatabase.ts";

/** A database as others make them, such as Observable's: rows are objects, and a query cannot be ended. */
type Database = Pick<SqlDatabase, "sql"> & Partial<SqlDatabase>;

/** The database for one run of an SQL cell. Throws an Error of one line where the value is none. */
export function until(database: Database, signal: AbortSignal): Pick<SqlDatabase, "sql"> {
  if (typeof database?.sql !== "function") throw new Error("the cell's database has no sql``, as db has");
  return database.until?.(signal) ?? database;
}

/** Shows the rows of an SQL cell; the value of what it shows is the rows. */
export async function show(rows: Promise<Table | Record<string, unknown>[]>, name: string): Promise<ResultTable> {
  const table = await rows;
  return resultTable("batches" in table ? table : tableFromJSON(table), { document, name });
}
