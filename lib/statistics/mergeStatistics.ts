import { spansPerTrace } from "../executions/numberSpans.ts";
import { codesPerStage } from "../executions/segmentStages.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import { executionColumns, stageColumns } from "./keepStatistics.ts";
import type { AboutStatistics } from "./statisticsFile.ts";

/** Share of a data set's traces that the statistics may know already, as recordings that follow each other do. */
const mostKnown = 0.01;

/**
 * Adds kept traces to those of a data set, whose tables are made anew with the numbers that one reading of all files
 * would have given. Traces of which the statistics know a part already are left to them.
 * @param dataset with the tables of `buildExecutions`; `traces` has a column `copies`
 * @returns how many traces the statistics knew
 * @throws Error where they knew more than 1 % of them: the files were read before
 */
export async function mergeStatistics(
  dataset: Dataset,
  catalog: string,
  { origin }: Pick<AboutStatistics, "origin">,
): Promise<number> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const known = await leaveKnown(dataset, catalog);
  const files = `(SELECT coalesce(max(file) + 1, 0) FROM ${catalog}.files)`;
  const shift = `(SELECT (${origin}::HUGEINT - origin_ns)::DOUBLE / 1000 FROM ${t("origin")})`;
  /** Both parts of a table, with the part's number: 0 is what is known, 1 what is new. */
  const both = (table: string, columns: readonly string[]) =>
    `(SELECT 0 AS part, ${columns.join(", ")} FROM ${catalog}.${table} UNION ALL SELECT 1, ${columns.join(", ")} FROM ${t(table)})`;
  const make = (table: string, query: string) => engine.query(`CREATE OR REPLACE TABLE ${t(table)} AS ${query}`);
  const started = `CASE part WHEN 0 THEN start + ${shift} ELSE start END`;
  const numbered = (map: string, old: string, alias: string) =>
    `LEFT JOIN ${t(map)} ${alias} ON ${alias}.part = x.part AND ${alias}.old = x.${old}`;

  await make(
    "merged_names",
    `SELECT (row_number() OVER (ORDER BY bool_and(uninstrumented), service, operation) - 1)::INTEGER AS api,
      (dense_rank() OVER (ORDER BY service) - 1)::INTEGER AS service_number, service, operation,
      min(resolution) AS resolution, bool_and(uninstrumented) AS uninstrumented
    FROM ${both("names", ["service", "operation", "resolution", "uninstrumented"])} GROUP BY service, operation`,
  );
  await make(
    "api_map",
    `SELECT x.part, x.api AS old, m.api AS number
    FROM ${both("names", ["api", "service", "operation"])} x JOIN ${t("merged_names")} m USING (service, operation)`,
  );
  await make(
    "edge_ends",
    `SELECT x.part, x.edge AS old, a.number AS caller, b.number AS callee, x.calls, x.remote, x.asynchronous, c.number AS client_api
    FROM ${both("edges", ["edge", "caller", "callee", "calls", "remote", "asynchronous", "client_api"])} x
      ${numbered("api_map", "caller", "a")} ${numbered("api_map", "callee", "b")} ${numbered("api_map", "client_api", "c")}`,
  );
  await make(
    "merged_edges",
    `SELECT (row_number() OVER (ORDER BY caller, callee) - 1)::INTEGER AS edge, caller, callee,
      sum(calls)::INTEGER AS calls, bool_or(remote) AS remote, sum(calls * asynchronous) / sum(calls) AS asynchronous,
      arg_max(client_api, row(calls, client_api)) FILTER (WHERE client_api IS NOT NULL) AS client_api
    FROM ${t("edge_ends")} GROUP BY caller, callee`,
  );
  await make(
    "edge_map",
    `SELECT part, old, m.edge AS number FROM ${t("edge_ends")} JOIN ${t("merged_edges")} m USING (caller, callee)`,
  );
  await make(
    "walk_texts",
    `WITH codes AS (
      SELECT part, walk, unnest(string_split(walk_text, ' '))::BIGINT AS code
      FROM ${both("walks", ["walk", "walk_text"])} WHERE walk_text <> ''),
    told AS (
      SELECT x.part, x.walk, list_sort(list(code - code % ${codesPerStage} + 2 * m.number + code % 2)) AS codes
      FROM (SELECT *, (code % ${codesPerStage}) // 2 AS edge FROM codes) x ${numbered("edge_map", "edge", "m")} GROUP BY x.part, x.walk)
    SELECT x.part, x.walk AS old, a.number AS api, coalesce(array_to_string(c.codes, ' '), '') AS walk_text
    FROM ${both("walks", ["walk", "api"])} x ${numbered("api_map", "api", "a")}
      LEFT JOIN told c ON c.part = x.part AND c.walk = x.walk`,
  );
  await make(
    "walks",
    `SELECT (row_number() OVER (ORDER BY api, walk_text) - 1)::INTEGER AS walk, api, walk_text
    FROM (SELECT DISTINCT api, walk_text FROM ${t("walk_texts")})`,
  );
  await make(
    "walk_map",
    `SELECT part, old, w.walk AS number FROM ${t("walk_texts")} JOIN ${t("walks")} w USING (api, walk_text)`,
  );
  await make(
    "trace_map",
    `SELECT part, number AS old, (row_number() OVER (ORDER BY ${started}, id) - 1)::INTEGER AS number, id, ${started} AS start, copies
    FROM ${both("traces", ["number", "id", "start", "copies"])}`,
  );
  const moved = (span: string) => `r.number::BIGINT * ${spansPerTrace} + x.${span} % ${spansPerTrace}`;
  const numbers: Record<string, string> = {
    span: moved("span"),
    parent: moved("parent"),
    trace: "r.number",
    api: "a.number",
    caller: "b.number",
    edge: "d.number",
    walk: "w.number",
    file: `x.file + x.part * ${files}`,
    start: `CASE x.part WHEN 0 THEN x.start + ${shift} ELSE x.start END`,
  };
  const columns = executionColumns.map((column) => `${numbers[column] ?? `x.${column}`} AS ${column}`);
  await make(
    "executions",
    `SELECT ${columns.join(", ")} FROM ${both("executions", executionColumns)} x
      ${numbered("trace_map", "trace", "r")} ${numbered("api_map", "api", "a")} ${numbered("api_map", "caller", "b")}
      ${numbered("edge_map", "edge", "d")} ${numbered("walk_map", "walk", "w")}`,
  );
  const staged = stageColumns.map((column) => {
    const number = { parent: moved("parent"), caller: "b.number", longest_edge: "d.number" }[column];
    return `${number ?? `x.${column}`} AS ${column}`;
  });
  await make(
    "stages",
    `SELECT ${staged.join(", ")}
    FROM (SELECT *, parent // ${spansPerTrace} AS trace FROM ${both("stages", stageColumns)}) x
      ${numbered("trace_map", "trace", "r")} ${numbered("api_map", "caller", "b")} ${numbered("edge_map", "longest_edge", "d")}`,
  );
  await make("traces", `SELECT number, id, start, copies FROM ${t("trace_map")}`);
  await make("names", `FROM ${t("merged_names")}`);
  await make("edges", `FROM ${t("merged_edges")}`);
  for (const table of ["files", "ledger"])
    await make(table, `FROM ${catalog}.${table} UNION ALL SELECT * REPLACE (file + ${files} AS file) FROM ${t(table)}`);
  await make("skipped", `FROM ${catalog}.skipped UNION ALL FROM ${t("skipped")}`);
  for (const table of ["merged_names", "merged_edges", "edge_ends", "walk_texts"])
    await engine.query(`DROP TABLE ${t(table)}`);
  for (const map of ["api_map", "edge_map", "walk_map", "trace_map"]) await engine.query(`DROP TABLE ${t(map)}`);
  return known;
}

/** Takes traces out of the data set that the statistics know. */
async function leaveKnown(dataset: Dataset, catalog: string): Promise<number> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const known = `(SELECT number FROM ${t("traces")} WHERE id IN (SELECT id FROM ${catalog}.traces))`;
  const counted = await engine.query(`
    SELECT count(*)::DOUBLE AS n, (SELECT count(*) FROM ${t("traces")})::DOUBLE AS total, min(number)::DOUBLE AS first FROM ${known}`);
  const { n, total, first } = counted.get(0) as unknown as Record<"n" | "total" | "first", number>;
  if (n > mostKnown * total) {
    const example = await engine.query(`SELECT id FROM ${t("traces")} WHERE number = ${first}`);
    throw new Error(
      `trace ${String(example.get(0)!.id)} and ${n - 1} more of ${total} are known already: were these files read before?`,
    );
  }
  if (n === 0) return 0;
  await engine.query(`
    DELETE FROM ${t("stages")} WHERE parent IN (SELECT span FROM ${t("executions")} WHERE trace IN ${known})`);
  await engine.query(`DELETE FROM ${t("executions")} WHERE trace IN ${known}`);
  await engine.query(`DELETE FROM ${t("traces")} WHERE id IN (SELECT id FROM ${catalog}.traces)`);
  return n;
}
