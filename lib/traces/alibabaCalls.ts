import { type Dataset, tableOf } from "./dataset.ts";
import { linkAncestors } from "./linkAncestors.ts";
import type { Staged } from "./records.ts";
import { unknownName } from "./unknownName.ts";

/** How much of Alibaba's traces is put right; the modes of CASPER (ICPE'24), in alibabaCalls.ts. */
export type RepairMode = "naive" | "partial" | "rebuild";

/** Sides of calls: what alibaba2021.ts and alibaba2022.ts make of a row, beside `file` and `row`. */
const sideColumns = "file, row, trace, rpcid, um, dm, rpctype, interface, instances, start_ns, rt";

/**
 * Makes calls of Alibaba's rows, each a record of the callee's side: id = rpcid, parent = rpcid without its last
 * component, service = dm, operation = interface (rpctype where there is none), `duration` the callee's (the caller's
 * where that is not known) and `caller_duration` the caller's. After CASPER (docc-lab/casper, ICPE'24), by mode:
 * - naive: the first row of each rpcid, as it is;
 * - partial: of an rpcid with several callers only the rows whose um is the parent's dm or unknown; a missing dm is the
 *   other rows' or else the only um of the children; two sides are one call; one call for each rpcid;
 * - rebuild: as partial, with every call where an rpcid has several (rows are counted for each dm and rpctype: mc, mq
 *   and db write one a call, others two), and missing ancestors synthesised.
 * A 2021 row's side is known by the sign of rt (`signed`); of two others the longer is the caller's.
 */
export async function stageAlibabaCalls(
  dataset: Dataset,
  name: string,
  sides: readonly string[],
  signed: boolean,
  mode: RepairMode,
  signal?: AbortSignal,
): Promise<Staged> {
  const run = (sql: string) => dataset.engine.query(sql, [], { signal });
  const [numbered, repaired, calls] = ["sides", "repaired", "calls"].map((part) => tableOf(dataset, `${name}_${part}`));
  const table = tableOf(dataset, name);
  const union = sides.map((relation) => `SELECT ${sideColumns} FROM ${relation}`).join(" UNION ALL ");
  await run(`CREATE OR REPLACE TABLE ${numbered} AS ${numberSides(union, signed)}`);
  await run(
    `CREATE OR REPLACE TABLE ${repaired} AS ${mode === "naive" ? firstRows(numbered!) : repairNames(numbered!)}`,
  );
  await run(`DROP TABLE ${numbered}`);
  await recordSides(dataset, repaired!);
  await run(`CREATE OR REPLACE TABLE ${calls} AS ${numberCalls(repaired!, mode)}`);
  await run(`DROP TABLE ${repaired}`);
  await recordCalls(dataset, calls!, mode);
  await run(`CREATE OR REPLACE TABLE ${table} AS ${linkCalls(calls!, mode)}`);
  await run(`DROP TABLE ${calls}`);
  if (mode !== "naive") await linkAncestors(dataset, table, mode === "rebuild", signal);
  await recordUnknown(dataset, table);
  const columns = ["trace", "id", "parent", "service", "operation", "kind", "duration", "caller_duration", "follows"];
  return { tables: [table], relation: table, columns: [...columns, "start_ns"] };
}

/** Rows with their place in the whole input, the rpcid of the parent, and which are copies of others. */
function numberSides(union: string, signed: boolean): string {
  const copies = `CASE WHEN rpctype IN ('mc', 'mq', 'db') ${signed ? "OR (rt <> 0 AND rpctype IS DISTINCT FROM 'userDefined')" : ""} THEN 1 ELSE 2 END`;
  return `
    SELECT *, file::BIGINT * 1099511627776 + row AS seq,
      CASE WHEN contains(rpcid, '.') THEN regexp_replace(rpcid, '\\.[^.]*$', '') END AS parent_rpcid,
      ${signed ? "rpctype IS DISTINCT FROM 'userDefined'" : "false"} AS signed,
      row_number() OVER (PARTITION BY trace, rpcid, um, dm, rpctype, interface, instances, start_ns, rt ORDER BY file, row)
        > ${copies} AS duplicate
    FROM (${union})`;
}

/** The first row of each rpcid as it is; the others are marked. */
function firstRows(numbered: string): string {
  return `
    SELECT *, NULL::VARCHAR AS filled,
      CASE WHEN duplicate THEN 'duplicate'
        WHEN row_number() OVER (PARTITION BY trace, rpcid ORDER BY duplicate, seq) > 1 THEN 'repeated-rpcid' END AS dropped
    FROM ${numbered}`;
}

/** Marks rows whose um contradicts the parent, and fills in missing dm. */
function repairNames(numbered: string): string {
  return `
    WITH by_rpcid AS (
      SELECT trace, rpcid, list(DISTINCT dm) FILTER (dm IS NOT NULL) AS dms, count(DISTINCT um) AS ums
      FROM ${numbered} GROUP BY trace, rpcid
    ), by_parent AS (
      SELECT trace, parent_rpcid AS rpcid, CASE WHEN count(DISTINCT um) = 1 THEN min(um) END AS only_um
      FROM ${numbered} WHERE parent_rpcid IS NOT NULL GROUP BY trace, parent_rpcid
    ), connected AS (
      SELECT s.*, r.dms, c.only_um,
        r.ums > 1 AND len(p.dms) > 0 AS contested,
        s.um IS NULL OR coalesce(list_contains(p.dms, s.um), false) AS connects
      FROM ${numbered} s
      JOIN by_rpcid r ON r.trace = s.trace AND r.rpcid = s.rpcid
      LEFT JOIN by_rpcid p ON p.trace = s.trace AND p.rpcid = s.parent_rpcid
      LEFT JOIN by_parent c ON c.trace = s.trace AND c.rpcid = s.rpcid
    ), filled AS (
      SELECT *,
        CASE WHEN dm IS NOT NULL THEN NULL WHEN len(dms) = 1 THEN 'dm-from-twin'
          WHEN coalesce(len(dms), 0) = 0 AND only_um IS NOT NULL THEN 'dm-from-children' END AS filled,
        bool_or(connects AND um IS NOT NULL) OVER (PARTITION BY trace, rpcid) AS any_connects
      FROM connected
    )
    SELECT * EXCLUDE (dm, dms, only_um, contested, connects, any_connects),
      CASE filled WHEN 'dm-from-twin' THEN dms[1] WHEN 'dm-from-children' THEN only_um ELSE dm END AS dm,
      CASE WHEN duplicate THEN 'duplicate'
        WHEN contested AND any_connects AND NOT connects THEN 'um-contradicts-parent' END AS dropped
    FROM filled`;
}

/** What was decided of rows before they became calls. */
async function recordSides(dataset: Dataset, repaired: string): Promise<void> {
  const ledger = tableOf(dataset, "ledger");
  await dataset.engine.query(`
    INSERT INTO ${ledger}
    SELECT file, dropped, CASE dropped WHEN 'um-contradicts-parent' THEN 'rejected' ELSE 'merged' END, count(*), min(row)
    FROM ${repaired} WHERE dropped IS NOT NULL GROUP BY file, dropped`);
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "rejected")}
    SELECT file, row, dropped, 'um', um FROM ${repaired} WHERE dropped = 'um-contradicts-parent'`);
  await dataset.engine.query(`
    INSERT INTO ${ledger} SELECT file, filled, 'repaired', count(*), min(row)
    FROM ${repaired} WHERE dropped IS NULL AND filled IS NOT NULL GROUP BY file, filled`);
}

/**
 * Pairs the rows that stay into calls, numbered within their rpcid from 1 in order of their first rows. Callers and
 * callees of 2021 are paired in order; rows with rt = 0 first stand in for callees that lack, then pair up.
 */
function numberCalls(repaired: string, mode: RepairMode): string {
  const key = "trace, rpcid, rpctype, dm";
  return `
    WITH kept AS (
      SELECT * EXCLUDE (dropped, duplicate, filled), rpctype IS NOT NULL AND rpctype IN ('mc', 'mq', 'db') AS single,
        CASE WHEN NOT signed THEN 'unknown' WHEN rt > 0 THEN 'caller' WHEN rt < 0 THEN 'callee' ELSE 'zero' END AS side
      FROM ${repaired} WHERE dropped IS NULL
    ), counted AS (
      SELECT *,
        count(*) FILTER (side = 'caller') OVER (PARTITION BY ${key}) AS callers,
        count(*) FILTER (side = 'callee') OVER (PARTITION BY ${key}) AS callees,
        row_number() OVER (PARTITION BY ${key}, side ORDER BY interface, start_ns, seq) AS n,
        row_number() OVER (PARTITION BY ${key}, side, interface ORDER BY start_ns, seq) AS n_alike,
        count(*) OVER (PARTITION BY ${key}, side, interface) AS alike
      FROM kept
    ), leftovers AS (
      SELECT *, side = 'unknown' AND n_alike > alike - alike % 2 AS leftover FROM counted
    ), paired AS (
      SELECT *,
        CASE WHEN single THEN 'single' WHEN side = 'unknown' AND NOT leftover THEN 'alike' WHEN leftover THEN 'left' ELSE 'signed' END AS pairing,
        CASE WHEN side = 'unknown' AND NOT leftover AND NOT single THEN interface END AS pair_interface,
        CASE WHEN single THEN seq
          WHEN side = 'unknown' AND NOT leftover THEN (n_alike + 1) // 2
          WHEN leftover THEN (row_number() OVER (PARTITION BY ${key}, leftover ORDER BY start_ns, seq) + 1) // 2
          WHEN side <> 'zero' THEN n
          WHEN n <= callers - callees THEN callees + n
          ELSE greatest(callers, callees) + (n - greatest(callers - callees, 0) + 1) // 2 END AS pair
      FROM leftovers
    ), ranked AS (
      SELECT *,
        min(seq) OVER (PARTITION BY ${key}, pairing, pair_interface, pair) AS first_seq,
        count(*) OVER (PARTITION BY ${key}, pairing, pair_interface, pair) AS sides,
        row_number() OVER (PARTITION BY ${key}, pairing, pair_interface, pair ORDER BY rt DESC, start_ns, seq) AS longest
      FROM paired
    )
    SELECT file, row, seq, trace, rpcid, parent_rpcid, um, dm, rpctype, interface, start_ns, abs(rt) AS rt, first_seq,
      dense_rank() OVER (PARTITION BY trace, rpcid ORDER BY first_seq) AS call,
      ${
        mode === "naive"
          ? "CASE WHEN side IN ('caller', 'callee') THEN side ELSE 'unknown' END"
          : "CASE WHEN sides = 1 AND side NOT IN ('caller', 'callee') THEN 'unknown' WHEN sides = 1 THEN side WHEN longest = 1 THEN 'caller' ELSE 'callee' END"
      } AS side
    FROM ranked`;
}

/** Further sides of a call are merged into its first row; so are, in partial mode, further calls of an rpcid. */
async function recordCalls(dataset: Dataset, calls: string, mode: RepairMode): Promise<void> {
  const repeated = mode === "partial" ? "call > 1" : "false";
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "ledger")}
    SELECT file, rule, 'merged', count(*), min(row) FROM (
      SELECT file, row, CASE WHEN ${repeated} THEN 'repeated-rpcid' WHEN seq > first_seq THEN 'two-sided-call' END AS rule
      FROM ${calls}) WHERE rule IS NOT NULL GROUP BY file, rule`);
  if (mode !== "rebuild") return;
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "ledger")}
    SELECT file, 'repeated-rpcid', 'noted', count(*), min(row) FROM ${calls}
    WHERE call > 1 AND seq = first_seq GROUP BY file`);
}

/** One record for each call, with the call of the parent's rpcid that fits best: dm = um, then the latest start before. */
function linkCalls(calls: string, mode: RepairMode): string {
  const one = `
    SELECT trace, rpcid, call, any_value(parent_rpcid) AS parent_rpcid, arg_min(file, seq) AS file, arg_min(row, seq) AS row,
      arg_min(um, seq) FILTER (um IS NOT NULL) AS um, any_value(dm) AS dm, any_value(rpctype) AS rpctype,
      coalesce(min(interface) FILTER (side = 'callee'), min(interface)) AS interface,
      coalesce(min(start_ns) FILTER (side = 'callee'), min(start_ns)) AS start_ns,
      coalesce(min(rt) FILTER (side = 'callee'), min(rt)) AS duration,
      min(rt) FILTER (side = 'caller') AS caller_duration
    FROM ${calls} ${mode === "rebuild" ? "" : "WHERE call = 1"} GROUP BY trace, rpcid, call`;
  const id = (alias: string) => `${alias}.rpcid || CASE WHEN ${alias}.call = 1 THEN '' ELSE '#' || ${alias}.call END`;
  return `
    WITH one AS (${one}), parents AS (
      SELECT c.trace, c.rpcid, c.call, arg_max(${id("p")}, (p.dm IS NOT DISTINCT FROM c.um, p.start_ns <= c.start_ns, p.start_ns, -p.call)) AS parent
      FROM one c JOIN one p ON p.trace = c.trace AND p.rpcid = c.parent_rpcid GROUP BY c.trace, c.rpcid, c.call
    )
    SELECT c.file, c.row, c.trace, ${id("c")} AS id, coalesce(p.parent, c.parent_rpcid) AS parent,
      coalesce(c.dm, '${unknownName}') AS service, coalesce(c.interface, c.rpctype, '${unknownName}') AS operation,
      CASE WHEN c.rpctype = 'mq' THEN 'consumer' ELSE 'server' END AS kind,
      coalesce(c.rpctype = 'mq', false) AS follows,
      c.start_ns, c.duration, c.caller_duration, c.rpcid, c.um
    FROM one c LEFT JOIN parents p ON p.trace = c.trace AND p.rpcid = c.rpcid AND p.call = c.call`;
}

async function recordUnknown(dataset: Dataset, table: string): Promise<void> {
  await dataset.engine.query(`
    INSERT INTO ${tableOf(dataset, "ledger")}
    SELECT file, 'unknown-name', 'repaired', count(*), min(row) FROM ${table}
    WHERE row > 0 AND (service = '${unknownName}' OR operation = '${unknownName}') GROUP BY file`);
}
