import { type Dataset, tableOf } from "../traces/dataset.ts";
import { countInLedger } from "../traces/ledger.ts";

/** Span keys are `trace number × this + position in the trace`. */
export const spansPerTrace = 2 ** 24;

/**
 * spans → `traces` (number, id), `names` (service and operation of each API number) and `numbered`: every span once,
 * its trace, service and operation as integers and a key of its own. A second record of the same span, whether in the
 * same file or in another one, is merged: `duplicate` where name, kind and times are equal, `conflicting-duplicate` where
 * they are not, in which case the longest record stays. A client and a server record that share an id (Zipkin) are two
 * spans; the server's becomes the child.
 */
export async function numberSpans(dataset: Dataset): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("traces")} AS
    SELECT (row_number() OVER (ORDER BY min(start), trace) - 1)::INTEGER AS number, trace AS id, min(start) AS start,
      count(*) AS spans
    FROM ${t("spans")} GROUP BY trace`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("names")} AS
    SELECT (row_number() OVER (ORDER BY service, operation) - 1)::INTEGER AS api,
      (dense_rank() OVER (ORDER BY service) - 1)::INTEGER AS service_number, service, operation
    FROM (SELECT DISTINCT service, operation FROM ${t("spans")})`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("placed")} AS
    SELECT n.number AS trace, s.id, s.parent, a.api, a.service_number AS service,
      CASE s.kind WHEN 'server' THEN 1 WHEN 'client' THEN 2 WHEN 'internal' THEN 3 WHEN 'producer' THEN 4 WHEN 'consumer' THEN 5
        ELSE 0 END::TINYINT AS kind,
      s.start, s.duration, s.caller_duration, s.error, s.follows, s.peer, s.request_bytes, s.response_bytes,
      s.file, s."row",
      row_number() OVER position AS position,
      coalesce(lag(s.id) OVER position = s.id AND lag(s.start) OVER position = s.start
        AND lag(s.duration) OVER position = s.duration AND lag(a.api) OVER position = a.api
        AND lag(s.kind) OVER position IS NOT DISTINCT FROM s.kind, false) AS duplicate
    FROM ${t("spans")} s
      JOIN ${t("traces")} n ON n.id = s.trace
      JOIN ${t("names")} a ON a.service = s.service AND a.operation = s.operation
    WINDOW position AS (PARTITION BY n.number ORDER BY s.start, s.duration DESC, s.id, a.api, s.kind, s.file, s."row")`);
  await countInLedger(dataset, "duplicate", "merged", `(SELECT file, "row" FROM ${t("placed")} WHERE duplicate)`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("repeated")} AS
    WITH ids AS (
      SELECT trace, id, bool_or(kind = 1) AND bool_or(kind = 2) AS shared
      FROM ${t("placed")} WHERE NOT duplicate GROUP BY trace, id HAVING count(*) > 1)
    SELECT r.trace, r.kind, r.position, r.file, r."row", i.shared,
      row_number() OVER (
        PARTITION BY r.trace, r.id, i.shared AND r.kind = 2
        ORDER BY i.shared AND r.kind <> 1, r.duration DESC, r.start, r.position) > 1 AS conflicting
    FROM ${t("placed")} r JOIN ids i ON i.trace = r.trace AND i.id = r.id WHERE NOT r.duplicate`);
  await countInLedger(
    dataset,
    "conflicting-duplicate",
    "merged",
    `(SELECT file, "row" FROM ${t("repeated")} WHERE conflicting)`,
  );
  await countInLedger(
    dataset,
    "shared-span-id",
    "repaired",
    `(SELECT file, "row" FROM ${t("repeated")} WHERE shared AND kind = 1 AND NOT conflicting)`,
  );
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("numbered")} AS
    SELECT r.trace::BIGINT * ${spansPerTrace} + r.position AS span, r.* EXCLUDE (position, duplicate),
      coalesce(d.shared AND r.kind <> 2, false) AS below_client, coalesce(d.shared AND r.kind = 2, false) AS above_server
    FROM ${t("placed")} r LEFT JOIN ${t("repeated")} d ON d.trace = r.trace AND d.position = r.position
    WHERE NOT r.duplicate AND NOT coalesce(d.conflicting, false)`);
  await engine.query(`DROP TABLE ${t("placed")}`);
  await engine.query(`DROP TABLE ${t("repeated")}`);
}
