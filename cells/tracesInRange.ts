import { type Dataset, tableOf } from "../lib/traces/dataset.ts";
import type { LatencyRange } from "./cdfPointer.ts";

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

/** Traces of an entry API whose latency is in a range, the fastest first; an empty range has none. */
export async function tracesInRange(
  dataset: Dataset,
  entry: { service: string; name: string },
  range: LatencyRange | null,
  limit = 50,
): Promise<TraceSummary[]> {
  const t = (table: string) => tableOf(dataset, table);
  if (range === null) return [];
  const rows = await dataset.engine.query(
    `WITH chosen AS (
      SELECT e.trace, n.service, n.operation AS api, e.start, e.duration
      FROM ${t("executions")} e JOIN ${t("names")} n USING (api)
      WHERE e.parent IS NULL AND NOT e.fragment AND n.service = ? AND n.operation = ?
        AND e.duration >= ? AND e.duration <= ?
      ORDER BY e.duration, e.trace LIMIT ${Math.trunc(limit)})
    SELECT t.id AS trace, c.service, c.api, c.start, c.duration, count(*)::DOUBLE AS executions,
      count(*) FILTER (WHERE e.error)::DOUBLE AS errors
    FROM chosen c JOIN ${t("executions")} e USING (trace) JOIN ${t("traces")} t ON t.number = c.trace
    GROUP BY t.id, c.service, c.api, c.start, c.duration ORDER BY c.duration, t.id`,
    [entry.service, entry.name, range.from, range.to],
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
