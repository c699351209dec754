import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { identifier, literal } from "../sql.ts";
import type { TrinoAddress } from "./trinoAddress.ts";
import type { TrinoClient, TrinoColumn } from "./trinoClient.ts";

/** Every table that the engine makes has a name that begins so: no other is ever written, replaced or dropped. */
const prefix = "palette_";

/**
 * The names of an engine's tables in the schema that it works in. DuckDB's schemas become part of the name. A run's name
 * says on which host and in which process it was, so that what a crash left can be told from what is in use.
 */
export class TrinoTables {
  private readonly address: TrinoAddress;
  private readonly client: TrinoClient;
  private readonly run: string;
  private readonly known = new Map<string, TrinoColumn[]>();

  constructor(address: TrinoAddress, client: TrinoClient) {
    this.address = address;
    this.client = client;
    this.run = address.tables ?? `run_${host()}_${process.pid}_${runs++}`;
  }

  /** The full name of a table; one that is given with its catalog is a person's own. */
  name(parts: readonly string[]): string {
    if (parts.length === 2 && parts[0] === "information_schema") return this.information(parts[1]!);
    if (parts.length === 3) return parts.map(identifier).join(".");
    const { catalog, schema } = this.address;
    return [catalog, schema, this.bare(parts)].map(identifier).join(".");
  }

  /** The full name of a table that may be written. Throws for a person's own. */
  written(parts: readonly string[]): string {
    if (parts.length === 3) throw new Error(`${parts.join(".")}: a table that is not Palette's own is never changed`);
    return this.name(parts);
  }

  /** The columns of a table, or undefined where there is none. */
  async columns(parts: readonly string[]): Promise<TrinoColumn[] | undefined> {
    const name = this.name(parts);
    const known = this.known.get(name);
    if (known) return known;
    try {
      const { rows } = await this.client.run(`SHOW COLUMNS FROM ${name}`);
      const columns = rows.map(([column, type]) => ({ name: String(column), type: String(type) }));
      this.known.set(name, columns);
      return columns;
    } catch (error) {
      if (/TABLE_NOT_FOUND|SCHEMA_NOT_FOUND|CATALOG_NOT_FOUND|MISSING_CATALOG_NAME/.test((error as Error).message))
        return undefined;
      throw error;
    }
  }

  /** What is known of a table's columns is no longer so. */
  forget(parts: readonly string[]): void {
    this.known.delete(this.name(parts));
  }

  /** The columns that are known already. */
  cached(parts: readonly string[]): string[] | undefined {
    return this.known.get(this.name(parts))?.map(({ name }) => name);
  }

  /** Drops the tables of this run, or those of one of its schemas. */
  async drop(schema?: string): Promise<void> {
    const start = `${prefix}${this.run}__${schema === undefined ? "" : `${plain(schema)}__`}`;
    await this.dropWhere((name) => name.startsWith(start));
    this.known.clear();
  }

  /** How many tables there are by the names that runs were given, those of unnamed runs left out. */
  async kept(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const [table] of await this.own()) {
      const name = table.match(new RegExp(`^${prefix}(?!run_)(.+?)__`))?.[1];
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }

  /** Drops what processes of this host left that are no longer alive. */
  async dropAbandoned(): Promise<void> {
    const mine = new RegExp(`^${prefix}run_${host()}_(\\d+)_`);
    await this.dropWhere((name) => {
      const process = name.match(mine)?.[1];
      return process !== undefined && !isAlive(Number(process));
    });
  }

  private async dropWhere(condition: (name: string) => boolean): Promise<void> {
    const { catalog, schema } = this.address;
    for (const [name, type] of await this.own()) {
      if (!condition(name)) continue;
      const kind = type === "VIEW" ? "VIEW" : "TABLE";
      await this.client.run(`DROP ${kind} IF EXISTS ${[catalog, schema, name].map(identifier).join(".")}`);
    }
  }

  /** Names and types of the tables of all runs. */
  private async own(): Promise<[name: string, type: string][]> {
    const { catalog, schema } = this.address;
    const { rows } = await this.client.run(`
      SELECT table_name, table_type FROM ${identifier(catalog)}.information_schema.tables
      WHERE table_schema = ${literal(schema)} AND table_name LIKE ${literal(like(prefix))} ESCAPE '!'`);
    return rows.map(([name, type]) => [String(name), String(type)]);
  }

  /** What information_schema says of the run's tables, by DuckDB's schemas and names. */
  private information(table: string): string {
    const { catalog, schema } = this.address;
    const start = `${prefix}${this.run}__`;
    const part = (place: number) => `split_part(substr(table_name, ${start.length + 1}), '__', ${place})`;
    const rest = table === "columns" ? "column_name, ordinal_position, data_type" : "table_type";
    return `(SELECT ${part(1)} AS table_schema, ${part(2)} AS table_name, ${rest}
      FROM ${identifier(catalog)}.information_schema.${identifier(table)}
      WHERE table_schema = ${literal(schema)} AND table_name LIKE ${literal(like(start))} ESCAPE '!')`;
  }

  private bare(parts: readonly string[]): string {
    return `${prefix}${this.run}__${parts.map(plain).join("__")}`;
  }
}

let runs = 0;

/** The pattern of names that begin so. */
function like(start: string): string {
  return `${start.replaceAll("_", "!_")}%`;
}

/** A name as metastores take it: small letters, digits and _. */
function plain(name: string): string {
  return name.replace(/[^a-z0-9_]/g, (letter) => `x${letter.codePointAt(0)!.toString(16)}_`);
}

function host(): string {
  return createHash("md5").update(hostname()).digest("hex").slice(0, 8);
}

function isAlive(process: number): boolean {
  try {
    globalThis.process.kill(process, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
