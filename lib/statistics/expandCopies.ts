import { spansPerTrace } from "../executions/numberSpans.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";

/**
 * Gives every trace that stands for others (`copies` of `traces`) as many copies, in `traces`, `executions` and
 * `stages`. Copies keep the trace's id, so that all of them are in one fold of cross-validation and in one sample.
 */
export async function expandCopies(dataset: Dataset): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("copied")} AS
    SELECT number, ((SELECT max(number) FROM ${t("traces")}) + row_number() OVER (ORDER BY number, place))::INTEGER AS fresh
    FROM (SELECT number, unnest(range(copies - 1)) AS place FROM ${t("traces")} WHERE copies > 1)`);
  const moved = (span: string) => `c.fresh::BIGINT * ${spansPerTrace} + ${span} % ${spansPerTrace}`;
  await engine.query(`
    INSERT INTO ${t("stages")}
    SELECT s.* REPLACE (${moved("s.parent")} AS parent)
    FROM ${t("stages")} s JOIN ${t("copied")} c ON c.number = s.parent // ${spansPerTrace}`);
  await engine.query(`
    INSERT INTO ${t("executions")}
    SELECT e.* REPLACE (c.fresh AS trace, ${moved("e.span")} AS span, ${moved("e.parent")} AS parent)
    FROM ${t("executions")} e JOIN ${t("copied")} c ON c.number = e.trace`);
  await engine.query(`
    INSERT INTO ${t("traces")} SELECT t.* REPLACE (c.fresh AS number) FROM ${t("traces")} t JOIN ${t("copied")} c USING (number)`);
  await engine.query(`DROP TABLE ${t("copied")}`);
}
