import { type Dataset, tableOf } from "../traces/dataset.ts";
import { codesPerStage } from "./segmentStages.ts";

/** Stages whose calls are collected in one statement: lists stay in memory, which engines cannot spill. */
const stagesAtOnce = 1_000_000;

/**
 * stage_calls → `stages` (one row a stage: its longest call and the gap before it), `walks` (distinct walks of each
 * API as the sorted codes of their calls, and its empty walk) and, in `executions`, the walk and the own time: the duration less what the
 * stages took (each its longest synchronous call), which clocks can make negative. Sums are of whole ns, so that they
 * do not depend on the order of rows.
 */
export async function collectWalks(dataset: Dataset): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("stages")} AS
    SELECT parent, stage, any_value(caller) AS caller,
      coalesce(max(waited) FILTER (WHERE NOT asynchronous), 0) AS longest,
      arg_max(edge, row(waited, edge)) FILTER (WHERE NOT asynchronous) AS longest_edge,
      greatest(0, coalesce(max(start - coalesce(ended, parent_start)) FILTER (WHERE begins), 0)) AS gap,
      list(stage * ${codesPerStage}::BIGINT + edge * 2 + asynchronous::INTEGER) AS codes,
      bool_or(uncertain) AS uncertain
    FROM ${t("stage_calls")} GROUP BY parent, stage`);
  const counted = await engine.query(`SELECT count(*)::DOUBLE AS n FROM ${t("stages")}`);
  const pieces = Math.max(1, Math.ceil(Number(counted.get(0)!.n) / stagesAtOnce));
  for (let piece = 0; piece < pieces; piece++)
    await engine.query(`
      ${piece === 0 ? `CREATE OR REPLACE TABLE ${t("walked")} AS` : `INSERT INTO ${t("walked")}`}
      SELECT parent, any_value(caller) AS api, sum(round(longest * 1000)::BIGINT)::BIGINT AS stages_took,
        array_to_string(list_sort(flatten(list(codes))), ' ') AS walk_text
      FROM ${t("stages")} ${pieces > 1 ? `WHERE parent % ${pieces} = ${piece}` : ""} GROUP BY parent`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("walks")} AS
    SELECT (row_number() OVER (ORDER BY api, walk_text) - 1)::INTEGER AS walk, api, walk_text
    FROM (SELECT api, walk_text FROM ${t("walked")} UNION SELECT api, '' FROM ${t("executions")})`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("executions")} AS
    SELECT e.* EXCLUDE (callee_start, shifted, peer), k.edge,
      (round(e.duration * 1000)::BIGINT - coalesce(w.stages_took, 0)) / 1000 AS own, coalesce(w.walk, leaf.walk) AS walk
    FROM ${t("executions")} e
      JOIN ${t("walks")} leaf ON leaf.api = e.api AND leaf.walk_text = ''
      LEFT JOIN (SELECT parent, stages_took, walk FROM ${t("walked")} JOIN ${t("walks")} USING (api, walk_text)) w
        ON w.parent = e.span
      LEFT JOIN ${t("edges")} k ON k.caller = e.caller AND k.callee = e.api`);
  await engine.query(`DROP TABLE ${t("walked")}`);
}
