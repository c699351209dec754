import type { Table } from "apache-arrow";
import type { Engine, Parameter, QueryOptions } from "../../../lib/engine/engine.ts";

/** What one engine answered otherwise than the other. */
export interface Difference {
  sql: string;
  expected: string;
  found: string;
}

/**
 * Runs every statement in two engines that hold the same tables, and compares what they answer: the names of columns,
 * and the rows, in order where the statement asks for one. The first engine's answer is what callers get.
 */
export class TwinEngine implements Engine {
  readonly kind = "duckdb-node";
  readonly differences: Difference[] = [];
  statements = 0;
  /** Rows that the second engine sent. */
  rows = 0;
  private readonly first: Engine;
  private readonly second: Engine;

  constructor(first: Engine, second: Engine) {
    this.first = first;
    this.second = second;
  }

  async query(sql: string, parameters: readonly Parameter[] = [], options: QueryOptions = {}): Promise<Table> {
    this.statements++;
    const [expected, found] = [
      await this.first.query(sql, parameters, options),
      await this.second.query(sql, parameters, options).catch((error: Error) => {
        throw new Error(`${error.message}\n${sql}`, { cause: error });
      }),
    ];
    if (!/^\s*(SELECT|WITH|FROM)/i.test(sql)) return expected;
    this.rows += found.numRows;
    const [a, b] = [linesOf(expected, sql), linesOf(found, sql)];
    const at = a.findIndex((line, i) => line !== b[i]);
    if (at >= 0 || a.length !== b.length) {
      const place = at >= 0 ? at : Math.min(a.length, b.length);
      this.differences.push({ sql, expected: a[place] ?? "nothing", found: b[place] ?? "nothing" });
    }
    return expected;
  }

  async insert(table: string, rows: Table): Promise<void> {
    await this.first.insert(table, rows);
    await this.second.insert(table, rows);
  }

  fingerprint = (address: string) => this.second.fingerprint!(address);
  files: Engine["files"] = (address) => this.second.files(address);
  open: Engine["open"] = (path) => this.second.open(path);
  scan: Engine["scan"] = (paths, options) => this.second.scan(paths, options);

  async close(): Promise<void> {
    await this.first.close();
    await this.second.close();
  }
}

/** A line for the names of the columns, and one for each row. */
function linesOf(table: Table, sql: string): string[] {
  const names = table.schema.names.map(String);
  const columns = names.map((_, i) => table.getChildAt(i)!);
  const rows = Array.from({ length: table.numRows }, (_, row) =>
    columns.map((column) => shown(column.get(row))).join(" | "),
  );
  return [names.join(" | ").toLowerCase(), ...(/\bORDER BY (?!.*\))/is.test(sql) ? rows : rows.sort())];
}

/** Values as text, doubles to 12 digits: sums of doubles depend on their order. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number") return String(Number(value.toPrecision(12)));
  if (typeof value === "object") return `[${Array.from(value as Iterable<unknown>, shown).join(", ")}]`;
  return String(value);
}
