import { type Dataset, tableOf } from "../lib/traces/dataset.ts";

/** How exactly a service's durations were recorded. */
export interface ServiceResolution {
  service: string;
  apis: number;
  executions: number;
  /** The coarsest time resolution of its APIs, µs: 0.001, 1 or 1000. */
  resolution: number;
  /** Share of its executions that lasted no longer than that. */
  unresolved: number;
}

/** Reads the time resolution of each service, the coarsest first. */
export async function resolutionByService(dataset: Dataset): Promise<ServiceResolution[]> {
  const t = (table: string) => tableOf(dataset, table);
  const rows = await dataset.engine.query(`
    SELECT n.service, count(DISTINCT n.operation)::DOUBLE AS apis, count(*)::DOUBLE AS executions,
      max(n.resolution) AS resolution, avg((e.duration <= n.resolution)::INTEGER) AS unresolved
    FROM ${t("executions")} e JOIN ${t("names")} n USING (api)
    GROUP BY n.service ORDER BY resolution DESC, n.service`);
  return [...rows].map((row) => ({
    service: String(row.service),
    apis: Number(row.apis),
    executions: Number(row.executions),
    resolution: Number(row.resolution),
    unresolved: Number(row.unresolved),
  }));
}
