import type { DuckDBConnection } from "@duckdb/node-api";
import type { Table } from "apache-arrow";
import { createTable } from "../arrow/createTable.ts";
import { checkColumns } from "../checkColumns.ts";
import { oneLine } from "../oneLine.ts";
import { identifier, nameParts } from "../sql.ts";
import { appendedType, appendTable } from "./appendTable.ts";
import { run } from "./run.ts";

/** Appends all rows to a table, or none; creates it from the rows' schema where it does not exist. */
export async function insertTable(connection: DuckDBConnection, table: string, rows: Table): Promise<void> {
  await run(connection, "BEGIN");
  try {
    await run(connection, createTable(table, rows.schema));
    const described = await run(connection, `SELECT column_name, column_type FROM (DESCRIBE ${table})`);
    const columns = described
      .toArray()
      .map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
    checkColumns(table, columns, rows.schema);
    const types = rows.schema.fields.map((field) => String(appendedType(field.type)));
    if (types.every((type, i) => type === columns[i]!.type)) await append(connection, table, rows);
    else {
      const staged = columns.map(({ name }, i) => `${identifier(name)} ${types[i]}`);
      await run(connection, `CREATE OR REPLACE TEMP TABLE ${staging} (${staged.join(", ")})`);
      await append(connection, staging, rows);
      await run(connection, `INSERT INTO ${table} SELECT * FROM ${staging}`);
      await run(connection, `DROP TABLE ${staging}`);
    }
    await run(connection, "COMMIT");
  } catch (error) {
    await run(connection, "ROLLBACK");
    throw oneLine(error);
  }
}

const staging = "temp.main.inserted";

/** DuckDB's appender does not cast: the table has the types that `appendTable` writes. */
async function append(connection: DuckDBConnection, table: string, rows: Table): Promise<void> {
  const [name, schema, catalog] = nameParts(table).reverse();
  const appender = await connection.createAppender(name!, schema, catalog);
  appendTable(appender, rows);
  appender.closeSync();
}
