import { type Dataset, tableOf } from "../traces/dataset.ts";
import { countInLedger } from "../traces/ledger.ts";

/** Share of an edge's calls that must outlive the caller for all of its calls to count as asynchronous. */
const always = 0.5;
/** Below this share a call that outlives its caller is a clock's error, and the caller waits for it. */
const never = 0.02;

/**
 * linked → `calls`: linked with `asynchronous`. A call outlives its caller when it lasts longer (by 2 %), when it starts
 * after the caller's end (in another service, whose clock may differ: by more than its own length) or, within a service,
 * when it ends more than a tenth of itself after it. Whether that means that the caller does not wait is decided by the
 * edge, never by one trace: an edge with at least half of such calls is asynchronous, one with at least 2 % is so call by
 * call, and below that none is. FOLLOWS_FROM references are asynchronous as recorded.
 * Without `inferred`, only those are. Tolerances are 2 µs and no finer than `resolution` (µs).
 */
export async function findAsynchronous(dataset: Dataset, resolution: number, inferred = true): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const slack = Math.max(2, resolution);
  const outlives = `(
    duration > 1.02 * parent_duration + ${slack}
    OR (service = parent_service AND (
      start > parent_start + parent_duration + ${slack}
      OR start + duration > parent_start + parent_duration + greatest(0.1 * duration, ${slack})))
    OR (service <> parent_service AND start > parent_start + parent_duration + duration + ${slack}))`;
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("asynchronous_edges")} AS
    SELECT parent_api, api, count(*) FILTER (WHERE ${outlives}) / count(*) AS share
    FROM ${t("linked")} WHERE parent IS NOT NULL GROUP BY parent_api, api`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("calls")} AS
    SELECT l.*, l.parent IS NOT NULL AND (
      coalesce(l.follows, false) OR ${inferred} AND coalesce(e.share >= ${always} OR (e.share >= ${never} AND ${outlives}), false))
      AS asynchronous
    FROM ${t("linked")} l LEFT JOIN ${t("asynchronous_edges")} e
      ON e.parent_api = l.parent_api AND e.api = l.api`);
  await countInLedger(
    dataset,
    "asynchronous-call",
    "noted",
    `(SELECT file, "row" FROM ${t("calls")} WHERE asynchronous)`,
  );
  await engine.query(`DROP TABLE ${t("linked")}`);
  await engine.query(`DROP TABLE ${t("asynchronous_edges")}`);
}
