import { type Dataset, tableOf } from "../traces/dataset.ts";
import type { HeldOutGain } from "./heldOutGain.ts";
import { observationGain } from "./observationGain.ts";

/** Bins of ranks of own time, of equal probability. */
const bins = 8;

/**
 * What a label of traces tells of own times: the held-out gain in log-likelihood of the traces not held out when the
 * distribution of own times' ranks under an API and its caller is that of traces with the same value (see observationGain).
 * @param table has a row for each trace, with the value's number in `column`
 */
export async function labelGain(dataset: Dataset, table: string, column: string): Promise<HeldOutGain> {
  const t = (name: string) => tableOf(dataset, name);
  const within = "OVER (PARTITION BY e.api, e.caller ORDER BY greatest(0, e.own))";
  const size = "count(*) OVER (PARTITION BY e.api, e.caller)";
  return observationGain(
    dataset,
    `observed AS (SELECT e.trace, s.fold, e.api::BIGINT * 1000000 + coalesce(e.caller, -1) AS place, l.${column} AS value,
      least(${bins - 1}, floor(${bins} * (rank() ${within} + count(*) ${within} - 1) / (2.0 * ${size})))::INTEGER AS bin
    FROM ${t("executions")} e JOIN ${t("split")} s USING (trace) JOIN ${t(table)} l USING (trace) WHERE NOT s.test)`,
  );
}
