import { type Dataset, tableOf } from "../lib/traces/dataset.ts";

/** One neighbour of an API in the call graph. Times are µs. */
export interface Neighbour {
  service: string;
  api: string;
  calls: number;
  /** Share of the calls that the caller does not wait for. */
  asynchronous: number;
  /** Median and 95th percentile of what the caller waits. */
  p50: number;
  p95: number;
}

/** Who calls an API, and whom it calls. */
export interface Neighbours {
  callers: Neighbour[];
  callees: Neighbour[];
}

/** Reads the neighbours of an API with their latencies, most calls first. */
export async function callersAndCallees(dataset: Dataset, api: { service: string; name: string }): Promise<Neighbours> {
  const t = (table: string) => tableOf(dataset, table);
  const side = async (self: "api" | "caller", other: "api" | "caller"): Promise<Neighbour[]> => {
    const rows = await dataset.engine.query(
      `SELECT o.service, o.operation AS api, count(*)::DOUBLE AS calls, avg(e.asynchronous::INTEGER) AS asynchronous,
        quantile_cont(e.waited, 0.5) AS p50, quantile_cont(e.waited, 0.95) AS p95
      FROM ${t("executions")} e JOIN ${t("names")} n ON n.api = e.${self} JOIN ${t("names")} o ON o.api = e.${other}
      WHERE n.service = ? AND n.operation = ? AND e.parent IS NOT NULL
      GROUP BY o.service, o.operation ORDER BY calls DESC, o.service, o.operation`,
      [api.service, api.name],
    );
    return [...rows].map((row) => ({
      service: String(row.service),
      api: String(row.api),
      calls: Number(row.calls),
      asynchronous: Number(row.asynchronous),
      p50: Number(row.p50),
      p95: Number(row.p95),
    }));
  };
  return { callers: await side("api", "caller"), callees: await side("caller", "api") };
}
