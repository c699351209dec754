import type { Scan } from "../engine/engine.ts";
import { identifier } from "../engine/sql.ts";
import { type Dataset, tableOf } from "./dataset.ts";
import type { Column } from "./rowFormat.ts";
import type { RowFile } from "./stageRows.ts";

export interface DoubledFields {
  files: readonly RowFile[];
  scan: Scan;
  /** Table of the lines left out: file, record, reason, repaired. */
  malformed: string;
  /** The column whose value some lines have twice. */
  doubled: Column;
  /** The staging table, and the query that makes its rows from a source, a file's index and a record's number. */
  table: string;
  staged: (source: string, file: string, record: string) => string;
}

/**
 * Reads lines again that have one field too many because the value of one column is written twice (Alibaba 2022), adds
 * them to the staging table and marks them as repaired.
 */
export async function repairDoubled(
  dataset: Dataset,
  { files, scan, malformed, doubled, table, staged }: DoubledFields,
): Promise<void> {
  const { engine } = dataset;
  const lines = tableOf(dataset, "repair_lines");
  const found = await engine.query(
    `SELECT DISTINCT file::INTEGER AS file FROM ${malformed} WHERE reason = 'too-many-columns' ORDER BY file`,
  );
  for (const { file: index } of found.toArray()) {
    const { file, path, table: shape } = files.find(({ file }) => file === Number(index))!;
    const whole = await engine.scan(path, { format: "csv", columns: ["line"], delimiter: "\u0001" });
    try {
      const split = `string_split(rtrim(line, chr(13)), '${shape.delimiter}')`;
      await engine.query(`CREATE OR REPLACE TABLE ${lines} AS SELECT ${split} AS parts FROM ${whole.relation}`);
      const unsplit = await engine.query(`SELECT count(*)::DOUBLE AS n FROM ${await whole.rejects()}`);
      if (Number(unsplit.get(0)!.n) > 0) continue;
      const at = scan.columns.indexOf(doubled.name) + 1;
      const fields = scan.columns.map(
        (column, i) => `nullif(parts[${i + 1 <= at ? i + 1 : i + 2}], '') AS ${identifier(column)}`,
      );
      const source = `(SELECT m.record AS line_record, ${fields.join(", ")}
        FROM ${lines} l JOIN ${malformed} m ON m.file = ${file} AND m.record = l.rowid + 1
        WHERE len(parts) = ${scan.columns.length + 1} AND parts[${at}] = parts[${at + 1}])`;
      await engine.query(`INSERT INTO ${table} ${staged(source, String(file), "line_record")}`);
      await engine.query(`
        UPDATE ${malformed} SET repaired = true
        WHERE file = ${file} AND record IN (SELECT record FROM ${table} WHERE file = ${file} AND record IS NOT NULL)`);
    } finally {
      await whole.release();
    }
  }
  await engine.query(`DROP TABLE IF EXISTS ${lines}`);
}
