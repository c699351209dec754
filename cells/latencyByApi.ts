import { type Dataset, tableOf } from "../lib/traces/dataset.ts";

/** Latency and own time of an API. Times are µs. */
export interface ApiLatency {
  service: string;
  api: string;
  executions: number;
  /** Share of executions that ended in an error. */
  errors: number;
  p50: number;
  p95: number;
  p99: number;
  /** Mean own time, and its share of the own time of all executions. */
  own: number;
  share: number;
}

/** Reads the latency and own time of every API, the largest share of own time first. */
export async function latencyByApi(dataset: Dataset): Promise<ApiLatency[]> {
  const t = (table: string) => tableOf(dataset, table);
  const rows = await dataset.engine.query(`
    SELECT n.service, n.operation AS api, count(*)::DOUBLE AS executions, avg(e.error::INTEGER) AS errors,
      quantile_cont(e.duration, [0.5, 0.95, 0.99]) AS quantiles,
      sum(round(greatest(0, e.own) * 1000)::BIGINT)::DOUBLE / 1000 AS own
    FROM ${t("executions")} e JOIN ${t("names")} n USING (api)
    GROUP BY n.service, n.operation ORDER BY own DESC, n.service, n.operation`);
  const list = [...rows];
  const total = list.reduce((sum, row) => sum + Number(row.own), 0);
  return list.map((row) => {
    const [p50, p95, p99] = row.quantiles as Iterable<number>;
    const executions = Number(row.executions);
    return {
      service: String(row.service),
      api: String(row.api),
      executions,
      errors: Number(row.errors),
      p50,
      p95,
      p99,
      own: Number(row.own) / executions,
      share: total > 0 ? Number(row.own) / total : 0,
    };
  });
}
