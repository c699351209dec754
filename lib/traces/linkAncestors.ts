import { type Dataset, tableOf } from "./dataset.ts";
import { unknownName } from "./unknownName.ts";

/** At most so many ancestors are made up above one call. */
const mostMissing = 64;

/**
 * Makes calls without an ancestor in their trace the roots of it. With `synthesise`, first adds the ancestors that a
 * call's rpcid names and no row tells of: all between the call and its nearest recorded ancestor, and where a trace
 * has several roots, those from their nearest common ancestor down. Such a call (row <= 0, rule `synthesised-parent`)
 * has the only um of its children as its service and lasts from the first start to the last end of the recorded calls
 * right below it.
 * @param table has the columns of `linkCalls` (alibabaCalls.ts), in their order
 */
export async function linkAncestors(
  dataset: Dataset,
  table: string,
  synthesise: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const run = (sql: string) => dataset.engine.query(sql, [], { signal });
  const missing = `${table.slice(0, -1)}_missing"`;
  if (synthesise) {
    await run(`CREATE OR REPLACE TABLE ${missing} AS ${missingAncestors(table)}`);
    await run(`
      INSERT INTO ${table}
      SELECT file, -row_number() OVER (ORDER BY trace, rpcid) AS row, trace, rpcid AS id,
        CASE WHEN depth > 1 THEN regexp_replace(rpcid, '\\.[^.]*$', '') END AS parent,
        coalesce(service, '${unknownName}') AS service, '${unknownName}' AS operation, 'server' AS kind,
        false AS follows, start_ns, (end_ns - start_ns)::DOUBLE / 1000 AS duration, NULL::DOUBLE AS caller_duration,
        rpcid, NULL::VARCHAR AS um
      FROM ${missing}`);
    await run(`
      INSERT INTO ${tableOf(dataset, "ledger")}
      SELECT file, 'synthesised-parent', 'noted', count(*), min(row) FROM ${missing} GROUP BY file`);
    await run(`DROP TABLE ${missing}`);
  }
  await run(`
    UPDATE ${table} AS t SET parent = NULL FROM (${orphans(table)}) o
    WHERE o.above = 0 AND t.trace = o.trace AND t.rpcid = o.rpcid`);
}

/** Rpcids whose parent is not there, how many calls have each, and the depth of the nearest ancestor that is (0: none is). */
function orphans(table: string): string {
  return `
    SELECT o.trace, o.rpcid, any_value(o.parts) AS parts, any_value(o.calls) AS calls,
      coalesce(max(o.depth) FILTER (k.rpcid IS NOT NULL), 0) AS above
    FROM (
      SELECT *, CASE WHEN depth < len(parts) THEN array_to_string(parts[1:depth], '.') END AS prefix FROM (
        SELECT trace, rpcid, parts, calls, unnest(range(1, greatest(len(parts), 2))) AS depth
        FROM (SELECT trace, rpcid, string_split(rpcid, '.') AS parts, count(*) AS calls FROM ${table} c
          WHERE NOT EXISTS (FROM ${table} p WHERE p.trace = c.trace AND p.id = c.parent) GROUP BY ALL))
    ) o
    LEFT JOIN (SELECT DISTINCT trace, rpcid FROM ${table}) k ON k.trace = o.trace AND k.rpcid = o.prefix
    GROUP BY o.trace, o.rpcid`;
}

function missingAncestors(table: string): string {
  return `
    WITH orphan AS (${orphans(table)}), common AS (
      SELECT trace, first, max(depth) AS depth FROM (
        SELECT trace, parts[1] AS first, depth, array_to_string(parts[1:depth], '.') AS prefix, sum(calls) AS roots
        FROM (SELECT trace, parts, calls, unnest(range(1, len(parts))) AS depth FROM orphan WHERE above = 0)
        GROUP BY ALL
      ) JOIN (SELECT trace, parts[1] AS first, sum(calls) AS roots FROM orphan WHERE above = 0 GROUP BY ALL)
        USING (trace, first, roots)
      WHERE roots > 1 GROUP BY trace, first
    ), chain AS (
      SELECT o.trace, o.rpcid, o.parts,
        CASE WHEN o.above > 0 THEN o.above + 1 ELSE coalesce(m.depth, len(o.parts)) END AS top
      FROM orphan o LEFT JOIN common m ON m.trace = o.trace AND m.first = o.parts[1]
    ), ancestor AS (
      SELECT trace, rpcid, parts, unnest(range(top, len(parts))) AS depth FROM chain WHERE len(parts) - top <= ${mostMissing}
    )
    SELECT c.trace, array_to_string(a.parts[1:a.depth], '.') AS rpcid, a.depth,
      CASE WHEN count(DISTINCT c.um) FILTER (a.depth = len(a.parts) - 1) = 1
        THEN min(c.um) FILTER (a.depth = len(a.parts) - 1) END AS service,
      min(c.start_ns) AS start_ns, max(c.start_ns::HUGEINT + round(c.duration * 1000)::BIGINT) AS end_ns,
      min(c.file) AS file, arg_min(c.row, (c.file, c.row)) AS row
    FROM ancestor a JOIN ${table} c USING (trace, rpcid)
    GROUP BY ALL`;
}
