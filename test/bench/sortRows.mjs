/** What fitting is held against: DuckDB alone reads the CSV files given and sorts their rows by trace and start. */
import { DuckDBInstance } from "@duckdb/node-api";

const files = process.argv.slice(2).map((file) => `'${file.replaceAll("'", "''")}'`);
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
await connection.run(
  `CREATE TABLE sorted AS SELECT * FROM read_csv([${files.join(", ")}]) ORDER BY TraceID, StartTimeUnixNano`,
);
connection.disconnectSync();
instance.closeSync();
