import { literal } from "../engine/sql.ts";
import { hashBelow } from "../executions/splitTraces.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import type { HeldOutGain } from "./heldOutGain.ts";
import { observationGain } from "./observationGain.ts";

/** Traces that the gain is measured on, at most about. */
const mostTraces = 3000;
/** Bins of ranks of own time, of equal probability. */
const bins = 8;

/**
 * What the callers of executions, and the chain of callers above those, tell of their walks and own times: the held-out gain
 * in log-likelihood (see observationGain) in a bounded sample of the traces not held out. Own times count among those of
 * the same walk. Reads the table `chains` (see findChains).
 */
export async function contextGain(dataset: Dataset): Promise<HeldOutGain> {
  const { engine } = dataset;
  const t = (name: string) => tableOf(dataset, name);
  const counted = await engine.query(`SELECT count(*)::DOUBLE AS n FROM ${t("split")} WHERE NOT test`);
  const share = mostTraces / Math.max(1, Number(counted.get(0)!.n));
  const within = "OVER (PARTITION BY walk ORDER BY own)";
  const size = "count(*) OVER (PARTITION BY walk)";
  return observationGain(
    dataset,
    `known AS (
      SELECT e.trace, s.fold, e.api, e.walk, greatest(0, e.own) AS own,
        coalesce(h.chain, -1)::BIGINT * 1000000 + coalesce(e.caller, -1) AS value
      FROM ${t("executions")} e JOIN ${t("split")} s USING (trace) LEFT JOIN ${t("chains")} h ON h.span = e.span
      WHERE NOT s.test AND s.sample < ${literal(hashBelow(share))}),
    observed AS (
    SELECT trace, fold, api * 2 AS place, value, walk::INTEGER AS bin FROM known
    UNION ALL
    SELECT trace, fold, walk * 2 + 1, value,
      least(${bins - 1}, floor(${bins} * (rank() ${within} + count(*) ${within} - 1) / (2.0 * ${size})))::INTEGER
    FROM known)`,
  );
}
