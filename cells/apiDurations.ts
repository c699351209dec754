import { type Dataset, tableOf } from "../lib/traces/dataset.ts";

/** Executions that a distribution is drawn from, at most about. */
const most = 20_000;

/** Latency and own time of a sample of an API's executions, µs. */
export interface ApiDurations {
  latency: Float64Array;
  own: Float64Array;
}

/** Reads latencies and own times of one API's executions, from a bounded sample chosen by a hash of the trace. */
export async function apiDurations(dataset: Dataset, api: { service: string; name: string }): Promise<ApiDurations> {
  const t = (table: string) => tableOf(dataset, table);
  const rows = await dataset.engine.query(
    `SELECT e.duration, greatest(0, e.own)::DOUBLE AS own
    FROM ${t("executions")} e JOIN ${t("names")} n USING (api) JOIN ${t("split")} s USING (trace)
    WHERE n.service = ? AND n.operation = ? ORDER BY s.sample, e.span LIMIT ${most}`,
    [api.service, api.name],
  );
  const column = (name: string) => Float64Array.from((rows.getChild(name)?.toArray() ?? []) as ArrayLike<number>);
  return { latency: column("duration"), own: column("own") };
}
