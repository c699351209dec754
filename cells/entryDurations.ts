import { type Dataset, tableOf } from "../lib/traces/dataset.ts";

/** Traces that a distribution is drawn from, at most. */
const most = 20_000;

/** Latencies (µs) of one entry API's traces, from a bounded sample chosen by a hash of the trace. */
export async function entryDurations(
  dataset: Dataset,
  entry: { service: string; name: string },
): Promise<Float64Array> {
  const t = (table: string) => tableOf(dataset, table);
  const rows = await dataset.engine.query(
    `SELECT e.duration
    FROM ${t("executions")} e JOIN ${t("names")} n USING (api) JOIN ${t("split")} s USING (trace)
    WHERE e.parent IS NULL AND NOT e.fragment AND n.service = ? AND n.operation = ?
    ORDER BY s.sample, e.span LIMIT ${most}`,
    [entry.service, entry.name],
  );
  return Float64Array.from((rows.getChild("duration")?.toArray() ?? []) as ArrayLike<number>);
}
