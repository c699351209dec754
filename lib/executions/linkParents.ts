import { type Dataset, tableOf } from "../traces/dataset.ts";
import { countInLedger } from "../traces/ledger.ts";

/**
 * numbered → `linked`: every span with its parent's key, names and times. A span whose parent is not in its trace
 * (`missing-parent`) is a root too; one root is the trace's entry, any other (`several-roots`) begins a fragment, whose
 * executions count for their APIs but are no entry calls. The entry is the root without a parent id, then the earliest,
 * then the longest. Spans that no root reaches are rejected (`parent-cycle`).
 */
export async function linkParents(dataset: Dataset): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  // A span's parent id means the server's record where client and server share it; the server's own parent is the client.
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("linked")} AS
    SELECT c.span, c.trace, c.api, c.service, c.kind, c.start, c.duration, c.caller_duration, c.error, c.follows, c.peer,
      c.request_bytes, c.response_bytes, c.file, c."row", c.parent IS NOT NULL AS has_parent_id,
      p.span AS parent, p.api AS parent_api, p.service AS parent_service, p.start AS parent_start,
      p.duration AS parent_duration, p.kind AS parent_kind, false AS fragment
    FROM ${t("numbered")} c LEFT JOIN ${t("numbered")} p
      ON p.trace = c.trace AND p.id = CASE WHEN c.below_client THEN c.id ELSE c.parent END
        AND p.above_server = c.below_client`);
  await engine.query(`DROP TABLE ${t("numbered")}`);

  await engine.query(`
    CREATE OR REPLACE TABLE ${t("roots")} AS
    SELECT span, trace, has_parent_id, file, "row", row_number() OVER (
      PARTITION BY trace ORDER BY has_parent_id, start, duration DESC, span) AS place
    FROM ${t("linked")} WHERE parent IS NULL`);
  await countInLedger(dataset, "missing-parent", "noted", `(SELECT * FROM ${t("roots")} WHERE has_parent_id)`);
  await countInLedger(
    dataset,
    "several-roots",
    "noted",
    `(SELECT * FROM ${t("roots")} WHERE NOT has_parent_id AND place > 1)`,
  );
  const irregular = await engine.query(`
    SELECT DISTINCT trace FROM ${t("roots")} WHERE place > 1
    UNION SELECT trace FROM ${t("linked")} WHERE parent >= span`);
  if (irregular.numRows > 0) await findRoots(dataset);
  await engine.query(`DROP TABLE ${t("roots")}`);
}

/**
 * Finds the root of each span in the traces that have several roots or a parent that starts after its child. Each round
 * doubles the number of levels that `up` looks up, so that deep traces take few rounds; who is in or below a cycle never
 * finds a root.
 */
async function findRoots(dataset: Dataset): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("ancestors")} AS
    SELECT l.span, coalesce(l.parent, l.span) AS up FROM ${t("linked")} l SEMI JOIN (
      SELECT trace FROM ${t("roots")} WHERE place > 1 UNION SELECT trace FROM ${t("linked")} WHERE parent >= span
    ) USING (trace)`);
  const rootless = `SELECT a.span FROM ${t("ancestors")} a ANTI JOIN ${t("roots")} r ON r.span = a.up`;
  for (let left = Number.POSITIVE_INFINITY; ; ) {
    const found = await engine.query(`SELECT count(*)::DOUBLE AS n FROM (${rootless})`);
    const n = Number(found.get(0)?.n);
    if (n === 0 || n === left) break;
    left = n;
    await engine.query(`
      CREATE OR REPLACE TABLE ${t("ancestors")} AS
      SELECT a.span, b.up FROM ${t("ancestors")} a JOIN ${t("ancestors")} b ON b.span = a.up`);
  }
  await countInLedger(
    dataset,
    "parent-cycle",
    "rejected",
    `(SELECT file, "row" FROM ${t("linked")} WHERE span IN (${rootless}))`,
  );
  await engine.query(`DELETE FROM ${t("linked")} WHERE span IN (${rootless})`);
  await engine.query(`
    UPDATE ${t("linked")} SET fragment = true WHERE span IN (
      SELECT a.span FROM ${t("ancestors")} a JOIN ${t("roots")} r ON r.span = a.up WHERE r.place > 1)`);
  await engine.query(`DROP TABLE ${t("ancestors")}`);
}
