import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Table } from "apache-arrow";
import { createTable } from "./arrow/createTable.ts";
import { checkColumns } from "./checkColumns.ts";
import { parseSql } from "./dialect/parseSql.ts";
import { type Dialect, Printer } from "./dialect/printer.ts";
import { type Statement, statementOf } from "./dialect/statement.ts";
import type { Query } from "./dialect/tree.ts";
import { trino, trinoTypeNamed } from "./dialect/trino.ts";
import type { Engine, EngineFile, Parameter, QueryOptions, Scan, ScanOptions } from "./engine.ts";
import { noRejects } from "./scan/noRejects.ts";
import { identifier, literal, nameParts } from "./sql.ts";
import { rowsText } from "./trino/rowsText.ts";
import { scanTables } from "./trino/scanTables.ts";
import { TaskRetry } from "./trino/taskRetry.ts";
import { type TrinoAddress, trinoAddress } from "./trino/trinoAddress.ts";
import { type Credentials, type RunOptions, TrinoClient } from "./trino/trinoClient.ts";
import { trinoTable } from "./trino/trinoTable.ts";
import { TrinoTables } from "./trino/trinoTables.ts";

/**
 * Opens a Trino cluster as an engine. SQL is that of the project, which is DuckDB's: its parser makes a tree of it, and
 * a printer writes the tree as Trino's. Files are tables: `table`, `schema.table` or `catalog.schema.table`, which
 * are read and never changed. Intermediate tables lie in the address's schema and are dropped by `close`, those of
 * crashed processes of this host by the next to open; with `?tables=name` they are kept.
 * @param address see `trinoAddress`; password and token unless given from TRINO_PASSWORD and TRINO_TOKEN
 * @throws Error of one line where there is no such cluster, catalog or schema, or where it refuses the user
 */
export async function openTrino(address: string, credentials?: Credentials): Promise<Engine> {
  const place = trinoAddress(address);
  const { TRINO_PASSWORD: password, TRINO_TOKEN: token } = process.env;
  const client = new TrinoClient(place, credentials ?? { password, token });
  const tables = new TrinoTables(place, client);
  await tables.dropAbandoned();
  const parser = await (await DuckDBInstance.create(":memory:")).connect();
  return new Trino(place, client, tables, parser);
}

class Trino implements Engine {
  readonly kind = "trino";
  readonly cluster: string;
  readonly fingerprint?: (address: string) => Promise<string>;
  private readonly address: TrinoAddress;
  private readonly client: TrinoClient;
  private readonly tables: TrinoTables;
  private readonly retry: TaskRetry;
  private readonly parser: DuckDBConnection;
  private readonly dialect: Dialect;
  private readonly closing = new AbortController();

  constructor(address: TrinoAddress, client: TrinoClient, tables: TrinoTables, parser: DuckDBConnection) {
    this.address = address;
    this.cluster = address.origin;
    if (address.tables !== undefined) this.fingerprint = (table) => this.checksum(table);
    this.client = client;
    this.retry = new TaskRetry(client);
    this.tables = tables;
    this.parser = parser;
    this.dialect = trino((parts) => tables.name(parts));
  }

  async query(sql: string, parameters: readonly Parameter[] = [], options: QueryOptions = {}): Promise<Table> {
    this.closing.signal.throwIfAborted();
    const { signal, onProgress } = options;
    const signals = [this.closing.signal, ...(signal ? [signal] : [])];
    return this.execute(statementOf(sql), parameters, { signal: AbortSignal.any(signals), onProgress });
  }

  async insert(table: string, rows: Table): Promise<void> {
    const parts = nameParts(table);
    if (!(await this.tables.columns(parts))) await this.query(createTable(table, rows.schema));
    const columns = (await this.tables.columns(parts))!;
    checkColumns(table, columns, rows.schema);
    const casts = columns.map(({ name, type }) => `CAST(${identifier(name)} AS ${type}) AS ${identifier(name)}`);
    const names = columns.map(({ name }) => identifier(name)).join(", ");
    for (const values of rowsText(rows)) {
      const query = `SELECT ${casts.join(", ")} FROM (VALUES ${values}) AS v(${names})`;
      await this.client.run(`INSERT INTO ${this.tables.written(parts)} ${query}`, { signal: this.closing.signal });
    }
  }

  async files(address: string): Promise<EngineFile[]> {
    const parts = this.ownTable(address);
    const columns = await this.tables.columns(parts);
    if (!columns)
      throw new Error(`${address}: no such table in ${this.address.origin}; catalog.schema.table is expected`);
    return [{ path: address, size: 0, columns: columns.map(({ name }) => name) }];
  }

  async open(path: string): Promise<ReadableStream<Uint8Array>> {
    throw new Error(`${path}: Trino reads tables, not files; palette load makes a table of files`);
  }

  async scan(paths: string | readonly string[], options: ScanOptions): Promise<Scan> {
    const list = typeof paths === "string" ? [paths] : paths;
    if (options.format !== "table") throw new Error(`${list[0]}: Trino reads tables, not ${options.format} files`);
    const found: { parts: string[]; columns: { name: string; type: string }[] }[] = [];
    for (const path of list) {
      const parts = this.ownTable(path);
      found.push({ parts, columns: (await this.tables.columns(parts)) ?? [] });
    }
    return { ...scanTables(found), rejects: async () => noRejects, release: async () => {} };
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort(new Error("the engine is closed"));
    this.parser.disconnectSync();
    if (this.address.tables === undefined) await this.tables.drop();
  }

  private async checksum(address: string): Promise<string> {
    const parts = this.ownTable(address);
    const columns = ((await this.tables.columns(parts)) ?? []).map(({ name }) => identifier(name)).join(", ");
    const { rows } = await this.client.run(
      `SELECT count(*), to_hex(checksum(ROW(${columns}))) FROM ${this.tables.name(parts)}`,
      { signal: this.closing.signal },
    );
    return rows[0]!.join(" ");
  }

  private ownTable(address: string): string[] {
    const { catalog, schema } = this.address;
    const parts = nameParts(address);
    return [catalog, schema].slice(0, Math.max(0, 3 - parts.length)).concat(parts);
  }

  private async execute(statement: Statement, parameters: readonly Parameter[], run: RunOptions): Promise<Table> {
    switch (statement.kind) {
      case "query":
        return trinoTable(await this.client.run(await this.print(statement.query, parameters), run));
      case "create":
        await this.create(statement, parameters, run);
        break;
      case "define": {
        const { table, columns, existing } = statement;
        const name = this.tables.written(table);
        if (existing === "replace") await this.client.run(`DROP TABLE IF EXISTS ${name}`, run);
        const list = columns.map(([column, type]) => `${identifier(column)} ${trinoTypeNamed(type)}`);
        await this.client.run(
          `CREATE TABLE ${existing === "keep" ? "IF NOT EXISTS " : ""}${name} (${list.join(", ")})`,
          run,
        );
        this.tables.forget(table);
        break;
      }
      case "insert":
        await this.append(statement.table, statement.query, parameters, run);
        break;
      case "view": {
        const name = this.tables.written(statement.table);
        await this.client.run(`CREATE VIEW ${name} AS ${await this.print(statement.query, parameters)}`, run);
        break;
      }
      case "drop":
        await this.client.run(`DROP TABLE IF EXISTS ${this.tables.written(statement.table)}`, run);
        this.tables.forget(statement.table);
        break;
      case "dropSchema":
        await this.tables.drop(statement.schema);
        break;
      case "createSchema":
        break;
      default:
        await this.change(statement, parameters, run);
    }
    return trinoTable({ columns: [], rows: [], id: "" });
  }

  /** A table from a query, which may read the table that it replaces. */
  private async create(
    { table, query, existing }: { table: string[]; query: string; existing: "fail" | "keep" | "replace" },
    parameters: readonly Parameter[],
    run: RunOptions,
  ): Promise<void> {
    const name = this.tables.written(table);
    const text = await this.print(query, parameters);
    if (existing !== "replace") {
      await this.retry.run(`CREATE TABLE ${existing === "keep" ? "IF NOT EXISTS " : ""}${name} AS ${text}`, run);
    } else if (text.includes(name)) {
      const fresh = this.tables.written([...table.slice(0, -1), `${table.at(-1)}_new`]);
      await this.client.run(`DROP TABLE IF EXISTS ${fresh}`, run);
      await this.retry.run(`CREATE TABLE ${fresh} AS ${text}`, run);
      await this.client.run(`DROP TABLE ${name}`, run);
      await this.client.run(`ALTER TABLE ${fresh} RENAME TO ${name}`, run);
    } else {
      await this.client.run(`DROP TABLE IF EXISTS ${name}`, run);
      await this.retry.run(`CREATE TABLE ${name} AS ${text}`, run);
    }
    this.tables.forget(table);
  }

  private async append(
    table: string[],
    query: string,
    parameters: readonly Parameter[],
    run: RunOptions,
  ): Promise<void> {
    const columns = (await this.tables.columns(table)) ?? [];
    const names = columns.map(({ name }) => identifier(name)).join(", ");
    const casts = columns.map(({ name, type }) => `CAST(${identifier(name)} AS ${type})`).join(", ");
    const text = await this.print(query, parameters);
    await this.retry.run(
      `INSERT INTO ${this.tables.written(table)} SELECT ${casts} FROM (${text}) AS q(${names})`,
      run,
    );
  }

  /** Updates, deletions and new columns: the table is replaced by a query over it. */
  private async change(
    statement: Extract<Statement, { kind: "delete" | "update" | "add" }>,
    parameters: readonly Parameter[],
    run: RunOptions,
  ): Promise<void> {
    const { table } = statement;
    const source = table.map(identifier).join(".");
    const columns = ((await this.tables.columns(table)) ?? []).map(({ name }) => name);
    const replace = (query: string) => this.create({ table, query, existing: "replace" }, parameters, run);
    if (statement.kind === "delete")
      return replace(`SELECT * FROM ${source} WHERE NOT coalesce(${statement.where}, false)`);
    if (statement.kind === "add") {
      const list = columns.map(identifier).join(", ");
      return replace(`SELECT ${list}, NULL::${statement.type} AS ${identifier(statement.column)} FROM ${source}`);
    }
    const { alias, set, from, where = "true" } = statement;
    const values = new Map(set);
    const types = new Map((await this.tables.columns(table))!.map(({ name, type }) => [name, duckType(type)]));
    const pick = (condition: string | undefined) =>
      columns.map((name) => {
        const value = values.get(name);
        const old = `${alias}.${identifier(name)}`;
        if (value === undefined) return `${old} AS ${identifier(name)}`;
        const fresh = `(${value})::${types.get(name)}`;
        return `${condition ? `CASE WHEN coalesce(${condition}, false) THEN ${fresh} ELSE ${old} END` : fresh} AS ${identifier(name)}`;
      });
    if (from === undefined) return replace(`SELECT ${pick(where).join(", ")} FROM ${source} AS ${alias}`);
    const kept = columns.map((name) => `${alias}.${identifier(name)}`).join(", ");
    return replace(`
      SELECT ${pick(undefined).join(", ")} FROM ${source} AS ${alias}, ${from} WHERE ${where}
      UNION ALL SELECT ${kept} FROM ${source} AS ${alias} WHERE NOT EXISTS (SELECT 1 FROM ${from} WHERE ${where})`);
  }

  /** The project's SQL as Trino's, parameters in their places. */
  private async print(sql: string, parameters: readonly Parameter[]): Promise<string> {
    const tree = await parseSql(this.parser, bound(sql, parameters));
    for (const parts of tablesIn(tree)) await this.tables.columns(parts);
    return new Printer(this.dialect, (parts) => this.tables.cached(parts)).query(tree);
  }
}

/** The query with values for its question marks, which stand outside of quotes and comments. */
function bound(sql: string, parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return sql;
  let next = 0;
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*.*?\*\/|\?/gs, (piece) => {
    if (piece !== "?") return piece;
    const value = parameters[next++];
    if (value === undefined) throw new Error(`the statement has more than ${parameters.length} parameters`);
    if (typeof value === "string") return literal(value);
    return typeof value === "number" && !Number.isSafeInteger(value) ? `${value}::DOUBLE` : String(value ?? "NULL");
  });
}

/** The tables whose columns the printer has to know: those of queries with stars that are to be written out. */
function tablesIn(tree: Query): string[][] {
  const text = JSON.stringify(tree);
  if (!/"exclude_list":|"using_columns":|"qualify":/.test(text)) return [];
  const found: string[][] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) visit(each);
    else if (typeof value === "object" && value !== null) {
      const { type, catalog_name: catalog, schema_name: schema, table_name: table } = value as Record<string, string>;
      if (type === "BASE_TABLE" && schema !== undefined) found.push([...(catalog ? [catalog] : []), schema, table!]);
      for (const each of Object.values(value)) visit(each);
    }
  };
  visit(tree);
  return found;
}

function duckType(type: string): string {
  return type.startsWith("decimal") ? type.toUpperCase() : type.replace(/^varchar.*/, "VARCHAR").toUpperCase();
}
