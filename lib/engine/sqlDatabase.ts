import type { Table } from "apache-arrow";
import type { Engine, Parameter } from "./engine.ts";
import { identifier } from "./sql.ts";

/** What SQL cells query: a tag for templates, whose interpolated values are bound to the statement and never part of it. */
export interface SqlDatabase {
  /**
   * The rows of a statement. Throws an Error of one line where a value is no text, number, boolean or null, or where the
   * engine refuses the statement.
   */
  sql(strings: TemplateStringsArray, ...values: unknown[]): Promise<Table>;
  /** The same database, whose queries end when the signal aborts. */
  until(signal: AbortSignal): SqlDatabase;
  /** The columns of each table that can be named, by the table's name. */
  tables(): Promise<Record<string, string[]>>;
}

/**
 * The engine as a database. With `schemas`, the tables of these go by their bare names, later schemas before earlier ones,
 * and only queries are taken, no statement that changes anything. Without, every statement is taken, as it is.
 */
export function sqlDatabase(engine: Engine, schemas?: readonly string[], signal?: AbortSignal): SqlDatabase {
  return {
    async sql(strings, ...values) {
      const parameters = values.map(parameter);
      // Cells are templates whose backquotes were escaped, and nothing else: a backslash is SQL's own.
      const text = strings.raw.map((part) => part.replaceAll("\\`", "`")).join("?");
      const sql = schemas ? withTables(queryOf(text), await tablesOf(engine, schemas, signal)) : text;
      return engine.query(sql, parameters, { signal });
    },
    until: (next) => sqlDatabase(engine, schemas, signal ? AbortSignal.any([signal, next]) : next),
    async tables() {
      const tables = await tablesOf(engine, schemas ?? ["main"], signal);
      return Object.fromEntries([...tables].map(([name, { columns }]) => [name, columns]));
    },
  };
}

function parameter(value: unknown, index: number): Parameter {
  const scalar = ["string", "number", "bigint", "boolean"].includes(typeof value) || value === null;
  if (scalar) return value as Parameter;
  const kind = Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : typeof value;
  throw new Error(`value ${index + 1} of the SQL is ${kind}; valid are texts, numbers, booleans and null`);
}

interface NamedTable {
  schema: string;
  columns: string[];
}

async function tablesOf(
  engine: Engine,
  schemas: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, NamedTable>> {
  const rows = await engine.query(
    `SELECT table_schema AS s, table_name AS t, column_name AS c FROM information_schema.columns
    WHERE table_schema IN (${schemas.map(() => "?").join(", ")}) ORDER BY s, t, ordinal_position`,
    schemas,
    { signal },
  );
  const found = new Map<string, NamedTable>();
  for (const row of rows) {
    const [schema, name, column] = [String(row.s), String(row.t), String(row.c)];
    const known = found.get(name);
    if (known?.schema === schema) known.columns.push(column);
    else if (!known || schemas.indexOf(known.schema) < schemas.indexOf(schema))
      found.set(name, { schema, columns: [column] });
  }
  return found;
}

const queries = /^(?:select|from|with|values|describe|summarize|pivot|unpivot|table|\()/i;

/** The text without a semicolon at its end. Throws where it begins as no query does. */
function queryOf(text: string): string {
  const query = text.trim().replace(/(?:;\s*)+$/, "");
  const first = query.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, "");
  if (queries.test(first)) return query;
  const word = first.split(/\s/, 1)[0]!.slice(0, 40);
  throw new Error(`an SQL cell takes a query, such as SELECT … FROM spans; ${word ? `not ${word}` : "it is empty"}`);
}

/** The query with the tables that it may name before it. */
function withTables(query: string, tables: ReadonlyMap<string, NamedTable>): string {
  const named = [...tables].map(
    ([name, { schema }]) => `${identifier(name)} AS NOT MATERIALIZED (FROM ${identifier(schema)}.${identifier(name)})`,
  );
  return named.length > 0 ? `WITH ${named.join(", ")} FROM (${query}\n)` : query;
}
