import { type Dataset, tableOf } from "../../traces/dataset.ts";

/** Longest pause between arrivals that is kept, µs: longer ones lie between recordings. */
const longestPause = 60e6;

/** Arrivals that are read at most; longer recordings are cut there. */
const mostArrivals = 1_000_000;

/**
 * When traces arrived, and where: CSV with the header `us,service,api`, µs since the first, in order of time. Pauses
 * above a minute are cut to none, as between files of different days.
 * @param dataset executions built
 * @throws Error of one line where there are no entry executions
 */
export async function recordedArrivals(dataset: Dataset): Promise<string> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const rows = await engine.query(`
    WITH entries AS (
      SELECT e.start, n.service, n.operation FROM ${t("executions")} e JOIN ${t("names")} n USING (api)
      WHERE e.parent IS NULL AND NOT e.fragment ORDER BY e.start, n.service, n.operation LIMIT ${mostArrivals}),
    gaps AS (
      SELECT *, coalesce(start - lag(start) OVER (ORDER BY start, service, operation), 0) AS gap FROM entries)
    SELECT sum(CASE WHEN gap > ${longestPause} THEN 0 ELSE gap END) OVER (ORDER BY start, service, operation
        ROWS UNBOUNDED PRECEDING)::DOUBLE AS us, service, operation
    FROM gaps ORDER BY us, service, operation`);
  if (rows.numRows === 0) throw new Error("arrivals: the traces have no entry executions");
  const field = (text: unknown) => `"${String(text).replaceAll('"', '""')}"`;
  const lines = [...rows].map((row) => `${Number(row.us).toFixed(1)},${field(row.service)},${field(row.operation)}\n`);
  return `us,service,api\n${lines.join("")}`;
}
