import { type FittedLabel, joinLabels } from "../gcm/fittedLabel.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import { parseWalk, type Walk } from "./walk.ts";

/** A distinct walk with the sums that its states' gaps and orders are worked out from. */
export interface MeasuredWalk extends Walk {
  /** Sum of own time over the walk's executions, µs. */
  own: number;
  /** For each recorded stage: sum of the gaps before it, µs, and how many of its runs had an uncertain order. */
  stageSums: { gap: number; uncertain: number; runs: number }[];
}

/**
 * Reads each API's distinct walks with their counts by caller and fold, over the traces that are not held out.
 * @param chained counts chains of callers apart too (table `chains`, see findChains)
 * @param labels counts the values of these apart too
 */
export async function collectPfaWalks(
  dataset: Dataset,
  chained = false,
  labels: readonly FittedLabel[] = [],
): Promise<Map<number, MeasuredWalk[]>> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const { joins, columns } = joinLabels(dataset, labels);
  const named = columns.map((column, index) => `coalesce(${column}, -1)::INTEGER AS value_${index},`);
  const counts = await engine.query(`
    SELECT w.api, e.walk, any_value(w.walk_text) AS walk_text, coalesce(e.caller, -1)::INTEGER AS caller,
      ${chained ? "coalesce(h.chain, -1)" : "-1"}::INTEGER AS chain,
      ${named.join(" ")}
      count(*) FILTER (WHERE s.fold = 0)::DOUBLE AS fold0, count(*) FILTER (WHERE s.fold = 1)::DOUBLE AS fold1,
      sum(round(greatest(0, e.own) * 1000)::BIGINT)::DOUBLE / 1000 AS own
    FROM ${t("executions")} e JOIN ${t("walks")} w USING (walk) JOIN ${t("split")} s USING (trace)
      ${chained ? `LEFT JOIN ${t("chains")} h ON h.span = e.span` : ""}
      ${joins}
    WHERE NOT s.test GROUP BY ALL
    ORDER BY ${["w.api", "e.walk", "caller", "chain", ...columns.map((_, index) => `value_${index}`)].join(", ")}`);
  const byApi = new Map<number, MeasuredWalk[]>();
  const byWalk = new Map<number, MeasuredWalk>();
  for (const row of counts) {
    let walk = byWalk.get(row.walk);
    if (walk === undefined) {
      walk = { id: row.walk, stages: parseWalk(row.walk_text ?? ""), counts: [], own: 0, stageSums: [] };
      byWalk.set(row.walk, walk);
      const walks = byApi.get(row.api);
      if (walks) walks.push(walk);
      else byApi.set(row.api, [walk]);
    }
    walk.counts.push({
      caller: row.caller,
      ...(chained ? { chain: row.chain } : {}),
      ...(labels.length > 0 ? { labels: labels.map((_, index) => row[`value_${index}`]) } : {}),
      folds: [row.fold0, row.fold1],
    });
    walk.own += row.own;
  }
  const stages = await engine.query(`
    SELECT e.walk, g.stage, sum(round(g.gap * 1000)::BIGINT)::DOUBLE / 1000 AS gap,
      count(*) FILTER (WHERE g.uncertain)::DOUBLE AS uncertain, count(*)::DOUBLE AS runs
    FROM ${t("stages")} g JOIN ${t("executions")} e ON e.span = g.parent JOIN ${t("split")} s ON s.trace = e.trace
    WHERE NOT s.test GROUP BY e.walk, g.stage ORDER BY e.walk, g.stage`);
  for (const row of stages) {
    byWalk.get(row.walk)?.stageSums.push({ gap: row.gap, uncertain: row.uncertain, runs: row.runs });
  }
  return byApi;
}
