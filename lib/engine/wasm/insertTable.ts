import type { AsyncDuckDBConnection } from "@duckdb/duckdb-wasm";
import { type Table, tableToIPC } from "apache-arrow";
import { createTable } from "../arrow/createTable.ts";
import { checkColumns } from "../checkColumns.ts";
import { oneLine } from "../oneLine.ts";
import { run } from "./run.ts";

let inserts = 0;

/** Appends all rows to a table, or none; creates it from the rows' schema where it does not exist. */
export async function insertTable(connection: AsyncDuckDBConnection, table: string, rows: Table): Promise<void> {
  await run(connection, "BEGIN");
  try {
    await run(connection, createTable(table, rows.schema));
    const described = await run(connection, `SELECT column_name AS name FROM (DESCRIBE ${table})`);
    checkColumns(
      table,
      described.toArray().map((row) => ({ name: String(row.name) })),
      rows.schema,
    );
    if (rows.numRows > 0) {
      const staging = `inserted rows ${inserts++}`;
      await connection.insertArrowFromIPCStream(tableToIPC(rows, "stream"), { name: staging, create: true });
      await run(connection, `INSERT INTO ${table} SELECT * FROM "${staging}"`);
      await run(connection, `DROP TABLE "${staging}"`);
    }
    await run(connection, "COMMIT");
  } catch (error) {
    await run(connection, "ROLLBACK");
    throw oneLine(error);
  }
}
