import { type Dataset, tableOf } from "../traces/dataset.ts";

/** Executions below which a chain is not told apart from others of the same caller. */
const fewest = 10;
/** Callers that a chain has at most. */
const longest = 16;

/** A chain of callers up to the entry of a trace: its last caller's API number, and the chain in which that is called. */
export interface NumberedChain {
  caller: number;
  /** Number of the chain that called the caller; null where the caller is an entry execution. */
  chain: number | null;
}

/**
 * Numbers the chains of callers, API by API up to the entry, that at least 10 executions not held out share, and writes
 * the table `chains` (span, chain) of the executions that are in one.
 * @returns the chains by number; a chain comes after the one that it extends
 */
export async function findChains(dataset: Dataset): Promise<NumberedChain[]> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const chains: NumberedChain[] = [];
  await engine.query(`CREATE OR REPLACE TABLE ${t("chains")} (span BIGINT, chain INTEGER)`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("callers")} AS
    SELECT e.span, NULL::INTEGER AS chain FROM ${t("executions")} e JOIN ${t("split")} s USING (trace)
    WHERE NOT s.test AND e.parent IS NULL`);
  for (let depth = 1; depth <= longest; depth++) {
    await engine.query(`
      CREATE OR REPLACE TABLE ${t("called")} AS
      SELECT e.span, e.caller, c.chain AS above FROM ${t("executions")} e JOIN ${t("callers")} c ON c.span = e.parent`);
    const found = await engine.query(`
      SELECT above, caller FROM ${t("called")} GROUP BY above, caller HAVING count(*) >= ${fewest} ORDER BY above, caller`);
    if (found.numRows === 0) break;
    const first = chains.length;
    for (const { above, caller } of found)
      chains.push({ caller: Number(caller), chain: above === null ? null : Number(above) });
    const rows = chains
      .slice(first)
      .map(({ caller, chain }, index) => `(${first + index}, ${caller}, ${chain ?? "NULL"})`);
    await engine.query(`
      CREATE OR REPLACE TABLE ${t("callers")} AS
      SELECT d.span, k.number AS chain FROM ${t("called")} d
        JOIN (VALUES ${rows.join(", ")}) k(number, caller, above) ON k.caller = d.caller AND k.above IS NOT DISTINCT FROM d.above`);
    await engine.query(`INSERT INTO ${t("chains")} SELECT span::BIGINT, chain FROM ${t("callers")}`);
  }
  for (const table of ["callers", "called"]) await engine.query(`DROP TABLE IF EXISTS ${t(table)}`);
  return chains;
}
