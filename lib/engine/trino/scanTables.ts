import { fileColumn } from "../scan/fileColumn.ts";
import { identifier } from "../sql.ts";
import type { TrinoColumn } from "./trinoClient.ts";

/** The rows of tables with the same columns, as `Scan` describes them. Times with a zone become UTC. */
export function scanTables(tables: readonly { parts: readonly string[]; columns: readonly TrinoColumn[] }[]) {
  const { columns } = tables[0]!;
  const names = columns.map(({ name }) => name);
  const file = fileColumn(names);
  const selects = tables.map(({ parts, columns: own }, i) => {
    const list = own.map(({ name, type }) => (/with time zone/.test(type) ? utc(name) : identifier(name)));
    return `SELECT ${list.join(", ")}, ${i} AS ${file} FROM ${parts.map(identifier).join(".")}`;
  });
  const types = Object.fromEntries(columns.map(({ name, type }) => [name, duckType(type)]));
  return { relation: `(${selects.join(" UNION ALL ")})`, columns: names, file, types };
}

function utc(name: string): string {
  return `timezone('UTC', ${identifier(name)})::TIMESTAMP_NS AS ${identifier(name)}`;
}

/** A type of Trino as DuckDB names it. */
function duckType(type: string): string {
  if (type.startsWith("varchar") || type.startsWith("char")) return "VARCHAR";
  if (type.startsWith("timestamp")) return "TIMESTAMP_NS";
  if (type === "real") return "FLOAT";
  if (type.startsWith("map")) return "MAP(VARCHAR, VARCHAR)";
  return type.toUpperCase();
}
