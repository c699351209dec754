import { trinoTypeNamed } from "../dialect/trino.ts";
import { identifier, literal, nameParts } from "../sql.ts";
import { type TrinoAddress, trinoAddress } from "./trinoAddress.ts";
import { type Credentials, TrinoClient } from "./trinoClient.ts";

export interface RegisteredTable {
  /** `table`, `schema.table` or `catalog.schema.table`. */
  table: string;
  /** Name to type as DuckDB names it; the last column is the partition's. */
  columns: Readonly<Record<string, string>>;
  /** Address of the folder of Parquet files, as the cluster knows it: `s3://…`, `hdfs://…`, `local:///…`. */
  location: string;
  /** How many rows the table has to have. */
  rows: number;
}

/**
 * Makes a table of a folder of partitioned Parquet files, or finds the partitions that were added to one, and counts its
 * rows. Throws an Error of one line where the cluster refuses, or where it finds other rows than there are.
 * @returns the table's full name
 */
export async function registerTable(
  address: string,
  { table, columns, location, rows }: RegisteredTable,
  credentials?: Credentials,
): Promise<string> {
  const place = trinoAddress(address);
  const { TRINO_PASSWORD: password, TRINO_TOKEN: token } = process.env;
  const client = new TrinoClient(place, credentials ?? { password, token });
  const parts = fullName(table, place);
  const [catalog, schema, name] = parts as [string, string, string];
  const full = parts.map(identifier).join(".");
  const list = Object.entries(columns).map(([column, type]) => `${identifier(column)} ${trinoTypeNamed(type)}`);
  const partition = literal(Object.keys(columns).at(-1)!);
  await client.run(`
    CREATE TABLE IF NOT EXISTS ${full} (${list.join(", ")})
    WITH (format = 'PARQUET', external_location = ${literal(location)}, partitioned_by = ARRAY[${partition}])`);
  await client.run(
    `CALL ${identifier(catalog)}.system.sync_partition_metadata(${literal(schema)}, ${literal(name)}, 'FULL')`,
  );
  const counted = await client.run(`SELECT count(*) FROM ${full}`);
  const found = Number(counted.rows[0]![0]);
  if (found === rows) return parts.join(".");
  throw new Error(`${parts.join(".")}: has ${found} rows, and ${rows} were loaded: is ${location} the same folder?`);
}

function fullName(table: string, { catalog, schema }: TrinoAddress): string[] {
  const parts = nameParts(table);
  return [catalog, schema].slice(0, Math.max(0, 3 - parts.length)).concat(parts);
}
