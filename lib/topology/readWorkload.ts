import { type Dataset, tableOf } from "../traces/dataset.ts";
import type { Workload } from "./topology.ts";

/** A gap between entry calls that is longer than this many median gaps, and than `leastPause`, lies between recordings. */
const pauseFactor = 100;
/** µs. */
const leastPause = 60e6;

/** SQL, over a column `gap` of ns between entry calls, for the longest that is none between recordings. */
export const longestGap = `greatest(${leastPause * 1000}, ${pauseFactor} * quantile_disc(gap, 0.5))`;

/**
 * Reads the arrivals of the traces that are not held out. The rate is that while traces were recorded: pauses between
 * recordings, such as those of files of different days, count neither as time nor as a gap between arrivals.
 * @param ids the topology's id of each API number
 */
export async function readWorkload(dataset: Dataset, ids: ReadonlyMap<number, string>): Promise<Workload> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const entries = `
    FROM ${t("executions")} e JOIN ${t("split")} s USING (trace)
    WHERE NOT s.test AND e.parent IS NULL AND NOT e.fragment`;
  const mix = await engine.query(`SELECT e.api, count(*)::DOUBLE AS n ${entries} GROUP BY e.api ORDER BY e.api`);
  const gaps = await engine.query(`
    WITH gaps AS (
      SELECT round(1000 * (start - lag(start) OVER (ORDER BY start)))::BIGINT AS gap FROM (SELECT e.start ${entries})),
    pause AS (
      SELECT ${longestGap} AS ns FROM gaps)
    SELECT count(*)::DOUBLE AS n, coalesce(sum(gap), 0)::DOUBLE / 1000 AS duration FROM gaps, pause WHERE gap <= ns`);
  const { n, duration } = gaps.get(0) as unknown as { n: number; duration: number };
  const rows = [...mix].map((row) => ({ api: Number(row.api), n: Number(row.n) }));
  const total = rows.reduce((sum, row) => sum + row.n, 0);
  return {
    arrivals: "poisson",
    rate: duration > 0 ? Number(((n / duration) * 1e6).toPrecision(6)) : 1,
    duration,
    mix: rows.map((row) => ({ api: ids.get(row.api) as string, probability: row.n / total, executions: row.n })),
  };
}
