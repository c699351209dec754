import { type Dataset, tableOf } from "../traces/dataset.ts";
import { countInLedger } from "../traces/ledger.ts";

/**
 * calls → `executions`: one row for each execution of an API, with the call that asked for it. A client span and the
 * span it reached are one call: the client's duration is what the caller waited, the difference is network. A span is
 * the client's side when its only child is one synchronous span that serves it: below a client span a server, or in
 * another service a consumer or a span without kind; below a span without kind, whose own parent is in its service (it
 * was not itself called from outside), any span of another service but a client. A client span that names its peer and
 * has no child stands for an execution of that peer. The root of a trace is an execution, whatever its kind. A remote
 * call whose recorded start or end lies outside its caller, although it fits, is shifted into it (`clock-skew`);
 * durations are never changed. `pairs` and `peers` switch the two rules: without them spans stay as they were recorded.
 */
export async function mergeSides(
  dataset: Dataset,
  resolution: number,
  { pairs = true, peers = true } = {},
): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("clients")} AS
    SELECT p.span, p.start, p.duration, p.api, p.parent, p.parent_api, p.parent_service, p.parent_start, p.parent_duration,
      p.asynchronous, p.file, p."row"
    FROM ${t("calls")} p JOIN (
      SELECT parent FROM ${t("calls")} WHERE parent IS NOT NULL GROUP BY parent
      HAVING count(*) = 1 AND bool_and(NOT asynchronous AND CASE
        WHEN parent_kind = 2 THEN kind = 1 OR (kind IN (0, 5) AND service <> parent_service)
        WHEN parent_kind = 0 THEN kind <> 2 AND service <> parent_service
        ELSE false END)
    ) c ON c.parent = p.span
    WHERE ${pairs} AND p.parent IS NOT NULL AND (p.kind = 2 OR p.service = p.parent_service)`);
  await countInLedger(dataset, "client-server-pair", "merged", `${t("clients")}`);
  const fits = "c.waited <= c.parent_duration";
  const outside = `(c.start < c.parent_start - ${resolution}
    OR c.start + c.waited > c.parent_start + c.parent_duration + ${resolution})`;
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("executions")} AS
    WITH calls AS (
      SELECT s.span, s.trace, s.api, s.service, s.fragment,
        CASE WHEN k.span IS NULL THEN s.parent ELSE k.parent END AS parent,
        CASE WHEN k.span IS NULL THEN s.parent_api ELSE k.parent_api END AS caller,
        CASE WHEN k.span IS NULL THEN s.parent_service ELSE k.parent_service END AS caller_service,
        CASE WHEN k.span IS NULL THEN s.parent_start ELSE k.parent_start END AS parent_start,
        CASE WHEN k.span IS NULL THEN s.parent_duration ELSE k.parent_duration END AS parent_duration,
        CASE WHEN k.span IS NULL THEN s.asynchronous ELSE k.asynchronous END AS asynchronous,
        k.api AS client_api, coalesce(k.start, s.start) AS start, s.start AS callee_start, s.duration,
        coalesce(k.duration, s.caller_duration, s.duration) AS waited,
        CASE WHEN s.kind = 2 THEN s.peer END AS peer, coalesce(s.error, false) AS error, s.request_bytes, s.response_bytes, s.file, s."row",
        k.file AS client_file, k."row" AS client_row
      FROM ${t("calls")} s
        LEFT JOIN ${t("clients")} k ON k.span = s.parent
        ANTI JOIN ${t("clients")} x ON x.span = s.span)
    SELECT c.* EXCLUDE (start),
      coalesce(c.caller_service <> c.service AND c.client_api IS NULL AND NOT c.asynchronous AND ${fits} AND ${outside}, false)
        AS shifted,
      CASE WHEN c.caller_service <> c.service AND c.client_api IS NULL AND NOT c.asynchronous AND ${fits} AND ${outside}
        THEN greatest(c.parent_start, least(c.start, c.parent_start + c.parent_duration - c.waited))
        ELSE c.start END AS start
    FROM calls c`);
  await countInLedger(dataset, "clock-skew", "repaired", `(SELECT file, "row" FROM ${t("executions")} WHERE shifted)`);
  await countInLedger(
    dataset,
    "callee-outlasts-caller",
    "noted",
    `(SELECT file, "row" FROM ${t("executions")} WHERE duration > waited + ${resolution})`,
  );
  await engine.query(`DROP TABLE ${t("calls")}`);
  await engine.query(`DROP TABLE ${t("clients")}`);
  if (!peers) return;
  const named = await engine.query(`SELECT 1 AS found FROM ${t("executions")} WHERE peer IS NOT NULL LIMIT 1`);
  if (named.numRows > 0) await moveToPeers(dataset);
}

/** Gives the executions that client spans stand for to the service they name. */
async function moveToPeers(dataset: Dataset): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("moved")} AS
    SELECT e.span, e.peer AS service, n.operation, n.resolution, e.file, e."row"
    FROM ${t("executions")} e JOIN ${t("names")} n USING (api)
      ANTI JOIN ${t("executions")} c ON c.parent = e.span
    WHERE e.parent IS NOT NULL AND e.peer <> n.service`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("peer_names")} AS
    SELECT ((SELECT max(api) FROM ${t("names")}) + row_number() OVER (ORDER BY service, operation))::INTEGER AS api,
      coalesce(known, (SELECT max(service_number) FROM ${t("names")}) + dense_rank() OVER (ORDER BY known IS NOT NULL, service))::INTEGER
        AS service_number, service, operation, resolution
    FROM (SELECT service, operation, max(resolution) AS resolution FROM ${t("moved")} GROUP BY service, operation) m
      LEFT JOIN (SELECT service, min(service_number) AS known FROM ${t("names")} GROUP BY service) k USING (service)
      ANTI JOIN ${t("names")} n ON n.service = m.service AND n.operation = m.operation`);
  await engine.query(`INSERT INTO ${t("names")} SELECT * FROM ${t("peer_names")}`);
  await engine.query(`
    UPDATE ${t("executions")} AS e SET api = n.api, service = n.service_number
    FROM ${t("moved")} m JOIN ${t("names")} n ON n.service = m.service AND n.operation = m.operation
    WHERE m.span = e.span`);
  await countInLedger(dataset, "uninstrumented-callee", "repaired", `${t("moved")}`);
  await engine.query(`DROP TABLE ${t("moved")}`);
  await engine.query(`DROP TABLE ${t("peer_names")}`);
}
