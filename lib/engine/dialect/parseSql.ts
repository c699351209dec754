import type { DuckDBConnection } from "@duckdb/node-api";
import { oneLine } from "../oneLine.ts";
import { literal } from "../sql.ts";
import type { Query } from "./tree.ts";

/** Parses one query with DuckDB's own parser. Throws an Error of one line where it is none. */
export async function parseSql(connection: DuckDBConnection, sql: string): Promise<Query> {
  const options = "skip_default := true, skip_empty := true, skip_null := true";
  const reader = await connection
    .runAndReadAll(`SELECT json_serialize_sql(${literal(sql)}, ${options}) AS tree`)
    .catch((error: unknown) => {
      throw oneLine(error);
    });
  const parsed = JSON.parse(String(reader.getRowObjects()[0]!.tree)) as Parsed;
  if (parsed.error) throw oneLine(new Error(parsed.error_message ?? "not a query"));
  if (parsed.statements?.length !== 1) throw new Error("one statement at a time");
  return parsed.statements[0]!.node;
}

interface Parsed {
  error: boolean;
  error_message?: string;
  statements?: { node: Query }[];
}
