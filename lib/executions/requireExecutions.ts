import { type Dataset, tableOf } from "../traces/dataset.ts";
import { readLedger } from "../traces/ledger.ts";

/**
 * Throws one line where no row that was read became an execution, which names the rule that rejected most of them and
 * a row that it applied to.
 */
export async function requireExecutions(dataset: Dataset): Promise<void> {
  const counted = await dataset.engine.query(`SELECT count(*)::DOUBLE AS n FROM ${tableOf(dataset, "executions")}`);
  if (Number(counted.get(0)!.n) > 0) return;
  const { read, rejected, rules } = await readLedger(dataset);
  const most = rules.filter(({ action }) => action === "rejected").sort((a, b) => b.rows - a.rows)[0];
  if (most)
    throw new Error(
      `${most.file}, row ${most.example}: ${most.rule}; ${rejected} of ${read} rows were rejected and none is left`,
    );
  const files = await dataset.engine.query(`SELECT path FROM ${tableOf(dataset, "files")} ORDER BY file LIMIT 1`);
  throw new Error(`${String(files.get(0)?.path)}: summaries without spans, which have no executions`);
}
