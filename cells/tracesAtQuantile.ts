import { type Dataset, tableOf } from "../lib/traces/dataset.ts";

/** A trace as a list shows it. Times are µs. */
export interface TraceSummary {
  trace: string;
  service: string;
  api: string;
  start: number;
  duration: number;
  executions: number;
  errors: number;
}

/**
 * Traces of an entry API at and above a quantile of its latency, the nearest to the quantile first.
 * @param quantile 0 to 1: 0.5 finds typical traces, 0.99 slow ones
 */
export async function tracesAtQuantile(
  dataset: Dataset,
  entry: { service: string; name: string },
  quantile: number,
  limit = 50,
): Promise<TraceSummary[]> {
  const t = (table: string) => tableOf(dataset, table);
  const rows = await dataset.engine.query(
    `WITH roots AS (
      SELECT e.trace, n.service, n.operation AS api, e.start, e.duration
      FROM ${t("executions")} e JOIN ${t("names")} n USING (api)
      WHERE e.parent IS NULL AND NOT e.fragment AND n.service = ? AND n.operation = ?),
    chosen AS (
      SELECT * FROM roots WHERE duration >= (SELECT quantile_cont(duration, ?) FROM roots)
      ORDER BY duration, trace LIMIT ${Math.trunc(limit)})
    SELECT t.id AS trace, c.service, c.api, c.start, c.duration, count(*)::DOUBLE AS executions,
      count(*) FILTER (WHERE e.error)::DOUBLE AS errors
    FROM chosen c JOIN ${t("executions")} e USING (trace) JOIN ${t("traces")} t ON t.number = c.trace
    GROUP BY t.id, c.service, c.api, c.start, c.duration ORDER BY c.duration, t.id`,
    [entry.service, entry.name, quantile],
  );
  return [...rows].map((row) => ({
    trace: String(row.trace),
    service: String(row.service),
    api: String(row.api),
    start: Number(row.start),
    duration: Number(row.duration),
    executions: Number(row.executions),
    errors: Number(row.errors),
  }));
}
