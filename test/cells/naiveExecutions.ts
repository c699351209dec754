import { type Dataset, tableOf } from "../../lib/traces/dataset.ts";

/** One execution with its names, as a row: what cells must agree with that count in SQL. */
export interface NaiveExecution {
  trace: string;
  span: number;
  parent: number | null;
  service: string;
  api: string;
  start: number;
  duration: number;
  waited: number;
  own: number;
  error: boolean;
  asynchronous: boolean;
}

/** Reads every execution of a data set. */
export async function naiveExecutions(dataset: Dataset): Promise<NaiveExecution[]> {
  const rows = await dataset.engine.query(`
    SELECT t.id AS trace, e.span::DOUBLE AS span, e.parent::DOUBLE AS parent, n.service, n.operation AS api, e.start,
      e.duration, e.waited, e.own::DOUBLE AS own, e.error, e.asynchronous
    FROM ${tableOf(dataset, "executions")} e JOIN ${tableOf(dataset, "names")} n USING (api)
      JOIN ${tableOf(dataset, "traces")} t ON t.number = e.trace ORDER BY e.span`);
  return rows.toArray().map((row) => ({
    trace: String(row.trace),
    span: Number(row.span),
    parent: row.parent === null ? null : Number(row.parent),
    service: String(row.service),
    api: String(row.api),
    start: Number(row.start),
    duration: Number(row.duration),
    waited: Number(row.waited),
    own: Math.max(0, Number(row.own)),
    error: Boolean(row.error),
    asynchronous: Boolean(row.asynchronous),
  }));
}

/** A quantile of unsorted values, linear between them. */
export function naiveQuantile(values: readonly number[], level: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = level * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low]! + (at - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
}
