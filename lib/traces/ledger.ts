import { literal } from "../engine/sql.ts";
import { type Dataset, tableOf } from "./dataset.ts";

/**
 * What became of rows: `rejected` and `merged` rows leave the span table, `repaired` and `noted` rows stay and are
 * also counted as accepted. A `skipped` file was left out as a whole, so that none of its rows is counted.
 */
export type LedgerAction = "rejected" | "merged" | "repaired" | "noted" | "skipped";

export interface LedgerRule {
  /** Path of the file. */
  file: string;
  /** Name of the rule, such as `duplicate` or `negative-duration`. */
  rule: string;
  action: LedgerAction;
  rows: number;
  /** A record number (from 1) that the rule applied to; 0 for a file that was skipped. */
  example: number;
  /** Why the file was skipped. */
  reason?: string;
}

/** The account of every record of the input: read = accepted + merged + rejected, for each file and in all. */
export interface Ledger {
  read: number;
  accepted: number;
  merged: number;
  rejected: number;
  rules: LedgerRule[];
}

/**
 * Counts the rows of a relation (with columns `file` and `row`) in the ledger under a rule. Rows that a repair made up
 * have numbers below 1; they were not read and are not counted.
 */
export async function countInLedger(
  dataset: Dataset,
  rule: string,
  action: LedgerAction,
  relation: string,
): Promise<void> {
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "ledger")}
    SELECT file, ${literal(rule)}, '${action}', count(*), min("row") FROM ${relation} WHERE "row" > 0 GROUP BY file`);
}

/** Reads the ledger of a data set: rules in order of file and name, then the files that were skipped. */
export async function readLedger(dataset: Dataset): Promise<Ledger> {
  const { engine } = dataset;
  const rules = await engine.query(`
    SELECT f.path AS file, l.rule, l.action, sum(l.rows_counted)::DOUBLE AS "rows", min(l.example)::DOUBLE AS example
    FROM ${tableOf(dataset, "ledger")} l JOIN ${tableOf(dataset, "files")} f USING (file)
    GROUP BY l.file, f.path, l.rule, l.action HAVING sum(l.rows_counted) > 0 ORDER BY l.file, l.rule, l.action`);
  const total = await engine.query(`SELECT sum(rows_read)::DOUBLE AS n FROM ${tableOf(dataset, "files")}`);
  const ledger: Ledger = { read: Number(total.get(0)?.n ?? 0), accepted: 0, merged: 0, rejected: 0, rules: [] };
  for (const row of rules) {
    const rule = {
      file: String(row.file),
      rule: String(row.rule),
      action: row.action as LedgerAction,
      rows: Number(row.rows),
      example: Number(row.example),
    };
    ledger.rules.push(rule);
    if (rule.action === "merged") ledger.merged += rule.rows;
    if (rule.action === "rejected") ledger.rejected += rule.rows;
  }
  const skipped = await engine.query(`SELECT path, rule, reason FROM ${tableOf(dataset, "skipped")} ORDER BY path`);
  for (const row of skipped) {
    const [file, rule, reason] = [String(row.path), String(row.rule), String(row.reason)];
    ledger.rules.push({ file, rule, action: "skipped", rows: 0, example: 0, reason });
  }
  ledger.accepted = ledger.read - ledger.merged - ledger.rejected;
  return ledger;
}
