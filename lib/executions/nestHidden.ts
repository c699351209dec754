import { type Dataset, tableOf } from "../traces/dataset.ts";
import { countInLedger } from "../traces/ledger.ts";

/** Cases that an edge needs, share of them that must be contained, and how often the rule is applied again. */
const fewest = 20;
const leastContained = 0.9;
const rounds = 3;

/**
 * Finds calls recorded beside the local call that really made them, which missing instrumentation does, and moves them
 * below it (`hidden-nesting`). Under one caller, calls of API B belong to its local call of API A when at least 90 % of
 * them run within the A that is running as they start (end tolerance max(10 % of B, 300 µs)), and when taking the time
 * that such calls cover out of A's duration at least halves the spread (P90 − P10) of what is left: A was waiting for
 * them. Both are statistics of edges, never of one trace. Applied up to three times, for nests within nests.
 */
export async function nestHidden(dataset: Dataset): Promise<void> {
  for (let round = 0; round < rounds; round++) if (!(await nestOnce(dataset))) return;
}

async function nestOnce(dataset: Dataset): Promise<boolean> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("containers")} AS
    WITH siblings AS (
      SELECT span, parent, caller, api, start, waited, arg_max(span, row(start + waited, span)) OVER earlier AS container
      FROM ${t("executions")} WHERE parent IS NOT NULL AND NOT asynchronous
      WINDOW earlier AS (PARTITION BY parent ORDER BY start, span ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
    SELECT b.span, b.caller, b.api, b.start, b.waited, a.span AS container, a.api AS container_api,
      b.start + b.waited <= a.start + a.waited + greatest(0.1 * b.waited, 300) AS contained
    FROM siblings b JOIN ${t("executions")} a ON a.span = b.container
    WHERE a.client_api IS NULL AND a.service = a.caller_service AND a.api <> b.api AND b.start < a.start + a.waited`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("nests")} AS
    WITH edges AS (
      SELECT caller, api, count(*) AS calls FROM ${t("executions")} WHERE parent IS NOT NULL GROUP BY caller, api),
    likely AS (
      SELECT c.caller, c.api, c.container_api
      FROM ${t("containers")} c JOIN edges e ON e.caller = c.caller AND e.api = c.api
      WHERE c.contained GROUP BY c.caller, c.api, c.container_api
      HAVING any_value(e.calls) >= ${fewest} AND count(*) >= ${leastContained} * any_value(e.calls)),
    inside AS (
      SELECT container, sum(round(greatest(0, least(waited, start + waited - before)) * 1000)::BIGINT)::DOUBLE / 1000 AS took
      FROM (
        SELECT c.container, c.start, c.waited, coalesce(max(c.start + c.waited) OVER (
          PARTITION BY c.container ORDER BY c.start, c.span ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), c.start) AS before
        FROM ${t("containers")} c
          JOIN likely l ON l.caller = c.caller AND l.api = c.api AND l.container_api = c.container_api
        WHERE c.contained)
      GROUP BY container),
    waiting AS (
      SELECT a.caller, a.api,
        quantile_cont(a.waited - coalesce(i.took, 0), 0.9) - quantile_cont(a.waited - coalesce(i.took, 0), 0.1) AS left_over,
        quantile_cont(a.waited, 0.9) - quantile_cont(a.waited, 0.1) AS spread
      FROM ${t("executions")} a LEFT JOIN inside i ON i.container = a.span
      WHERE a.parent IS NOT NULL AND (a.caller, a.api) IN (SELECT (caller, container_api) FROM likely)
      GROUP BY a.caller, a.api)
    SELECT l.* FROM likely l JOIN waiting w ON w.caller = l.caller AND w.api = l.container_api
    WHERE w.left_over <= 0.5 * w.spread`);
  const moved = `
    SELECT c.span, c.container FROM ${t("containers")} c
      JOIN ${t("nests")} n ON n.caller = c.caller AND n.api = c.api AND n.container_api = c.container_api
    WHERE c.contained`;
  const found = await engine.query(`SELECT count(*)::DOUBLE AS n FROM (${moved})`);
  const any = Number(found.get(0)?.n) > 0;
  if (any) {
    await countInLedger(
      dataset,
      "hidden-nesting",
      "repaired",
      `(SELECT e.file, e."row" FROM ${t("executions")} e JOIN (${moved}) m USING (span))`,
    );
    await engine.query(`
      UPDATE ${t("executions")} AS e SET parent = a.span, caller = a.api, caller_service = a.service,
        parent_start = a.callee_start, parent_duration = a.duration
      FROM (${moved}) m JOIN ${t("executions")} a ON a.span = m.container WHERE m.span = e.span`);
  }
  await engine.query(`DROP TABLE ${t("containers")}`);
  await engine.query(`DROP TABLE ${t("nests")}`);
  return any;
}
