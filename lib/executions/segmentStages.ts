import { type Dataset, tableOf } from "../traces/dataset.ts";
import { countInLedger } from "../traces/ledger.ts";

/** A call's code in a walk: `stage × this + edge × 2 + (1 if asynchronous)`. */
export const codesPerStage = 2 ** 32;

/**
 * executions → `edges` (number, caller, callee, calls) and `stage_calls`: every call with its edge and the stage of
 * its caller's execution that makes it. A stage is a maximal group of synchronous calls that overlap in time: a call
 * begins a new one when it starts after the running maximum of the ends before it, less a tolerance of
 * min(50 µs, 5 % of the call) and no finer than `resolution` (µs). Where clocks are coarser than 1 µs and the start and
 * that maximum are less than `resolution` apart, the order is unknown: the majority of the calls of the same edge whose
 * order is certain decides (with `decide`), and `uncertain` stays true (calls too short to be measured follow each other, which takes
 * no time either way). Stages count from 1; asynchronous calls belong to the stage last begun, and to stage 0 before
 * the first.
 */
export async function segmentStages(dataset: Dataset, resolution: number, decide = true): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("edges")} AS
    WITH clients AS (
      SELECT caller, api, client_api, count(*) AS calls, sum(asynchronous::INTEGER) AS asynchronous,
        bool_or(service <> caller_service) AS remote
      FROM ${t("executions")} WHERE parent IS NOT NULL GROUP BY caller, api, client_api)
    SELECT (row_number() OVER (ORDER BY caller, api) - 1)::INTEGER AS edge, caller, api AS callee,
      sum(calls)::INTEGER AS calls, bool_or(remote) AS remote, (sum(asynchronous) / sum(calls))::DOUBLE AS asynchronous,
      arg_max(client_api, row(calls, client_api)) FILTER (WHERE client_api IS NOT NULL) AS client_api
    FROM clients GROUP BY caller, api`);
  const coarse = resolution > 1;
  const tolerance = `greatest(${resolution}, least(50, 0.05 * waited))`;
  const uncertain = coarse
    ? `NOT asynchronous AND abs(start - ended) < ${resolution} AND waited >= ${resolution}`
    : "false";
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("ordered_calls")} AS
    WITH sequence AS (
      SELECT x.parent, x.caller, x.span, x.trace, e.edge, x.asynchronous, x.start, x.waited, x.parent_start,
        max(CASE WHEN NOT x.asynchronous THEN x.start + x.waited END) OVER (
          PARTITION BY x.parent ORDER BY x.start, x.span ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended
      FROM ${t("executions")} x JOIN ${t("edges")} e ON e.caller = x.caller AND e.callee = x.api
      WHERE x.parent IS NOT NULL)
    SELECT *, NOT asynchronous AND (ended IS NULL OR start > ended - ${tolerance}) AS begins, ${uncertain} AS uncertain
    FROM sequence`);
  if (coarse && decide) {
    await engine.query(`
      CREATE OR REPLACE TABLE ${t("overlaps")} AS
      SELECT edge FROM ${t("ordered_calls")}
      WHERE NOT asynchronous AND NOT uncertain AND ended IS NOT NULL GROUP BY edge HAVING avg(begins::INTEGER) < 0.5`);
    await countInLedger(
      dataset,
      "unknown-order",
      "repaired",
      `(SELECT x.file, x."row" FROM ${t("executions")} x JOIN ${t("ordered_calls")} o ON o.span = x.span
        WHERE o.uncertain AND o.begins AND o.edge IN (SELECT edge FROM ${t("overlaps")}))`,
    );
    await engine.query(`
      UPDATE ${t("ordered_calls")} SET begins = false
      WHERE uncertain AND edge IN (SELECT edge FROM ${t("overlaps")})`);
    await engine.query(`DROP TABLE ${t("overlaps")}`);
  }
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("stage_calls")} AS
    SELECT parent, caller, span, trace, edge, asynchronous, uncertain, begins, start, waited, parent_start, ended,
      sum(begins::INTEGER) OVER (PARTITION BY parent ORDER BY start, span ROWS UNBOUNDED PRECEDING)::INTEGER AS stage
    FROM ${t("ordered_calls")}`);
  await engine.query(`DROP TABLE ${t("ordered_calls")}`);
}
