import { type Dataset, tableOf } from "../traces/dataset.ts";

/** Traces of one shape that are kept at most. */
export const mostOfShape = 2000;

/** The columns of executions that a fit looks at. */
export const executionColumns = [
  ...["span", "trace", "api", "parent", "caller", "edge", "walk", "file", "fragment", "asynchronous", "error"],
  ...["start", "duration", "waited", "own", "request_bytes", "response_bytes"],
];

export const stageColumns = ["parent", "stage", "caller", "longest", "longest_edge", "gap", "uncertain"];

/**
 * Writes what a later fit has to know of a data set's traces into a catalog: all of the graph's names and numbers, and
 * of the traces of each shape (traces whose trees of executions make the same calls) at most `most`, those whose ids
 * have the smallest hashes, each with how many it stands for. What depends on the shape alone (executions, calls,
 * walks, contexts, their counts) is exact. Samples of two data sets make the sample of their union, since the smallest
 * hashes of a union are among the smallest of its parts.
 * @param dataset with the tables of `buildExecutions`; `traces` has a column `copies`
 */
export async function keepStatistics(dataset: Dataset, catalog: string, most = mostOfShape): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("shapes")} AS
    WITH RECURSIVE placed AS (
      SELECT span, trace, hash(walk, fragment) AS place FROM ${t("executions")} WHERE parent IS NULL
      UNION ALL
      SELECT e.span, e.trace, hash(p.place, e.walk) FROM ${t("executions")} e JOIN placed p ON p.span = e.parent)
    SELECT trace, hash(list_sort(list(place))) AS shape FROM placed GROUP BY trace`);
  await engine.query(`
    CREATE TABLE ${catalog}.traces AS
    WITH ranked AS (
      SELECT t.number, t.id, t.start, row_number() OVER (PARTITION BY s.shape ORDER BY md5(t.id), t.id) AS place,
        sum(t.copies) OVER (PARTITION BY s.shape) AS stands, least(${most}, count(*) OVER (PARTITION BY s.shape)) AS kept
      FROM ${t("traces")} t JOIN ${t("shapes")} s ON s.trace = t.number)
    SELECT number, id, start, (stands // kept + (place <= stands % kept)::INTEGER)::INTEGER AS copies
    FROM ranked WHERE place <= kept ORDER BY number`);
  await engine.query(`DROP TABLE ${t("shapes")}`);
  await engine.query(`
    CREATE TABLE ${catalog}.executions AS SELECT ${executionColumns.join(", ")} FROM ${t("executions")}
    WHERE trace IN (SELECT number FROM ${catalog}.traces) ORDER BY span`);
  await engine.query(`
    CREATE TABLE ${catalog}.stages AS SELECT ${stageColumns.join(", ")} FROM ${t("stages")}
    WHERE parent IN (SELECT span FROM ${catalog}.executions) ORDER BY parent, stage`);
  for (const table of ["names", "edges", "walks", "files", "ledger", "skipped"])
    await engine.query(`CREATE TABLE ${catalog}.${table} AS FROM ${t(table)}`);
}
