import { type Dataset, tableOf } from "./dataset.ts";
import { spanColumns } from "./spans.ts";

const { start: _, ...untimed } = spanColumns;

/**
 * The table that readers write before the data set's origin is known: as the span table, with the start as an integer
 * (`start_ns`, ns since whatever epoch the file uses; NULL where a record has no start) so that no precision is lost.
 */
export const recordColumns = { ...untimed, start_ns: "BIGINT" } as const;

/**
 * (Re)creates the tables that reading needs beside `spans`, `files` and `ledger`: `records` (see `recordColumns`),
 * `rejected` (for each rejected record the rule and the value that broke it), `properties` (file, row, name, value, text: further columns or tags of a span, `value` where they are numbers) and `origin` (one row: the start of the data set in
 * ns since the files' epoch).
 */
export async function createRecordTables(dataset: Dataset): Promise<void> {
  const tables = {
    records: recordColumns,
    rejected: { file: "INTEGER", row: "BIGINT", rule: "VARCHAR", column: "VARCHAR", value: "VARCHAR" },
    properties: { file: "INTEGER", row: "BIGINT", name: "VARCHAR", value: "DOUBLE", text: "VARCHAR" },
    origin: { origin_ns: "BIGINT" },
  };
  for (const [table, types] of Object.entries(tables)) {
    const columns = Object.entries(types).map(([name, type]) => `"${name}" ${type}`);
    await dataset.engine.query(`CREATE OR REPLACE TABLE ${tableOf(dataset, table)} (${columns.join(", ")})`);
  }
}

/** Records on their way to the span table. */
export interface Staged {
  /** A relation with `file`, `row` and those of the `recordColumns` that the format has. */
  relation: string;
  columns: readonly string[];
  /** The tables to drop once the records have moved. */
  tables: readonly string[];
}

/**
 * Moves staged records into `spans`, times shifted to µs from the smallest start of all, which `origin` keeps; drops
 * the staging tables.
 */
export async function shiftToOrigin(dataset: Dataset, staged: readonly Staged[]): Promise<void> {
  const { engine } = dataset;
  const origin = tableOf(dataset, "origin");
  const starts = staged.map(({ relation }) => `SELECT min(start_ns) AS m FROM ${relation}`);
  await engine.query(`INSERT INTO ${origin} SELECT coalesce(min(m), 0) FROM (${starts.join(" UNION ALL ")})`);
  for (const { relation, columns, tables } of staged) {
    const values = Object.entries(spanColumns).map(([name, type]) => {
      if (name === "start") return "(start_ns::HUGEINT - origin_ns)::DOUBLE / 1000";
      return columns.includes(name) || name === "file" || name === "row" ? `"${name}"` : `NULL::${type}`;
    });
    await engine.query(
      `INSERT INTO ${tableOf(dataset, "spans")} SELECT ${values.join(", ")} FROM ${relation}, ${origin}`,
    );
    for (const table of tables) await engine.query(`DROP TABLE ${table}`);
  }
}
