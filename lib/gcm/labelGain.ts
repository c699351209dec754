import { type Dataset, tableOf } from "../traces/dataset.ts";

/** Bins of ranks of own time, of equal probability. */
const bins = 8;
/** Pseudo-observations that pull the shares under a value towards those of all. */
const prior = 8;
/** Executions that a context (API and caller) needs. */
const fewest = 50;

/**
 * What a label of traces tells of own times that were not looked at: the gain in log-likelihood of each trace, in
 * thousandths of a nat, when the distribution of own times' ranks under an API and its caller is that of traces with the
 * same value, rather than that of all. Either is counted in one fold of cross-validation and scores the other. What an
 * API says of a trace counts once, however often it is called.
 * @param table has a row for each trace, with the value's number in `column`
 * @returns mean over the traces not held out, and the standard error of that mean; 0 and 0 where nothing can be said
 */
export async function labelGain(
  dataset: Dataset,
  table: string,
  column: string,
): Promise<{ mean: number; error: number }> {
  const t = (name: string) => tableOf(dataset, name);
  const within = "OVER (PARTITION BY e.api, e.caller ORDER BY greatest(0, e.own))";
  const size = "count(*) OVER (PARTITION BY e.api, e.caller)";
  // A bin that one fold never saw says nothing about the other's. Both sides rest on the same shares, else the one that is
  // smoothed less would win.
  const gain = (n: string, of: string, share: string) =>
    `coalesce(CASE WHEN ${share} > 0 THEN round(1000 * ln((${n} + ${prior} * ${share}) / (${of} + ${prior}) / ${share})) END, 0)::BIGINT`;
  const rows = await dataset.engine.query(`
    WITH ranked AS (
      SELECT e.trace, s.fold, e.api, coalesce(e.caller, -1) AS caller, l.${column} AS value, ${size} AS n,
        least(${bins - 1}, floor(${bins} * (rank() ${within} + count(*) ${within} - 1) / (2.0 * ${size})))::INTEGER AS bin
      FROM ${t("executions")} e JOIN ${t("split")} s USING (trace) JOIN ${t(table)} l USING (trace) WHERE NOT s.test),
    cells AS (
      SELECT api, caller, value, bin, count(*) FILTER (WHERE fold = 0) AS n0, count(*) FILTER (WHERE fold = 1) AS n1
      FROM ranked WHERE n >= ${fewest} GROUP BY ALL),
    totals AS (
      SELECT *, sum(n0) OVER (PARTITION BY api, caller, value) AS v0, sum(n1) OVER (PARTITION BY api, caller, value) AS v1,
        sum(n0) OVER (PARTITION BY api, caller, bin)::DOUBLE / sum(n0) OVER (PARTITION BY api, caller) AS p0,
        sum(n1) OVER (PARTITION BY api, caller, bin)::DOUBLE / sum(n1) OVER (PARTITION BY api, caller) AS p1
      FROM cells),
    gains AS (
      SELECT api, caller, value, bin, ${gain("n1", "v1", "p1")} AS gain0, ${gain("n0", "v0", "p0")} AS gain1 FROM totals),
    voiced AS (
      SELECT r.trace, r.api, r.caller,
        round(sum(CASE WHEN r.fold = 0 THEN g.gain0 ELSE g.gain1 END)::DOUBLE / count(*))::BIGINT AS gain
      FROM ranked r JOIN gains g USING (api, caller, value, bin) GROUP BY r.trace, r.api, r.caller),
    traces AS (SELECT trace, sum(gain)::BIGINT AS gain FROM voiced GROUP BY trace)
    SELECT count(*)::DOUBLE AS n, coalesce(sum(gain), 0)::DOUBLE AS total, coalesce(sum(gain * gain), 0)::DOUBLE AS squares
    FROM traces`);
  const { n, total, squares } = rows.get(0) as unknown as Record<"n" | "total" | "squares", number>;
  if (n < 2) return { mean: 0, error: 0 };
  const mean = total / n;
  return { mean, error: Math.sqrt(Math.max(0, squares / n - mean * mean) / (n - 1)) };
}
