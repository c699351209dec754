import type { Dataset } from "../traces/dataset.ts";
import type { HeldOutGain } from "./heldOutGain.ts";

/** Pseudo-observations that pull the shares under a value towards those of all. */
const prior = 8;
/** Observations that a place needs. */
const fewest = 50;

/**
 * What a value tells of observations that were not looked at: the gain in log-likelihood of each trace when what is
 * observed at a place (a quantity's bin, a category) is distributed as in executions with the same value, rather than as in
 * all. Either is counted in one fold of cross-validation and scores the other. What a place says of a trace counts once,
 * however often it is observed.
 * @param observed SQL of the WITH clause, the last relation of which is `observed` with the columns `trace`, `fold` (0 or 1),
 * `place`, `value` and `bin`, integers all
 * @returns 0 and 0 where nothing can be said
 */
export async function observationGain(dataset: Dataset, observed: string): Promise<HeldOutGain> {
  // A bin, or a place, that one fold never saw says nothing about the other's. Both sides rest on the same shares, else the one that is
  // smoothed less would win. Whole thousandths, so that sums do not depend on their order.
  const gain = (n: string, of: string, share: string) =>
    `coalesce(CASE WHEN ${share} > 0 THEN round(1000 * ln((${n} + ${prior} * ${share}) / (${of} + ${prior}) / ${share})) END, 0)::BIGINT`;
  const rows = await dataset.engine.query(`
    WITH ${observed},
    places AS (SELECT place FROM observed GROUP BY place HAVING count(*) >= ${fewest}),
    cells AS (
      SELECT place, value, bin, count(*) FILTER (WHERE fold = 0) AS n0, count(*) FILTER (WHERE fold = 1) AS n1
      FROM observed JOIN places USING (place) GROUP BY ALL),
    totals AS (
      SELECT *, sum(n0) OVER (PARTITION BY place, value) AS v0, sum(n1) OVER (PARTITION BY place, value) AS v1,
        sum(n0) OVER (PARTITION BY place, bin)::DOUBLE / nullif(sum(n0) OVER (PARTITION BY place), 0) AS p0,
        sum(n1) OVER (PARTITION BY place, bin)::DOUBLE / nullif(sum(n1) OVER (PARTITION BY place), 0) AS p1
      FROM cells),
    gains AS (
      SELECT place, value, bin, ${gain("n1", "v1", "p1")} AS gain0, ${gain("n0", "v0", "p0")} AS gain1 FROM totals),
    voiced AS (
      SELECT o.trace, o.place,
        round(sum(CASE WHEN o.fold = 0 THEN g.gain0 ELSE g.gain1 END)::DOUBLE / count(*))::BIGINT AS gain
      FROM observed o JOIN gains g USING (place, value, bin) GROUP BY o.trace, o.place),
    traces AS (SELECT trace, sum(gain)::BIGINT AS gain FROM voiced GROUP BY trace)
    SELECT count(*)::DOUBLE AS n, coalesce(sum(gain), 0)::DOUBLE AS total, coalesce(sum(gain * gain), 0)::DOUBLE AS squares
    FROM traces`);
  const { n, total, squares } = rows.get(0) as unknown as Record<"n" | "total" | "squares", number>;
  if (n < 2) return { gain: 0, error: 0 };
  const mean = total / n;
  return { gain: mean / 1000, error: Math.sqrt(Math.max(0, squares / n - mean * mean) / (n - 1)) / 1000 };
}
