import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, test } from "vitest";
import { parseSql } from "../../../lib/engine/dialect/parseSql.ts";
import { Printer } from "../../../lib/engine/dialect/printer.ts";
import { statementOf } from "../../../lib/engine/dialect/statement.ts";
import { trino } from "../../../lib/engine/dialect/trino.ts";
import { openDuckDBNode } from "../../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../../lib/engine/engine.ts";
import { fit as fitTraces } from "../../../lib/fit.ts";
import { report } from "../../../lib/report.ts";
import { askCells } from "../trino/askCells.ts";

let parser: DuckDBConnection;
beforeAll(async () => {
  parser = await (await DuckDBInstance.create(":memory:")).connect();
});

const columns: Record<string, string[]> = { t: ["x", "k", "y"], u: ["k", "z"] };
const dialect = trino((parts) => parts.map((part) => `"${part}"`).join("."));
async function printed(sql: string): Promise<string> {
  return new Printer(dialect, (parts) => columns[parts.at(-1)!]).query(await parseSql(parser, sql));
}

describe("Trino's SQL", () => {
  const t = 'FROM "t" AS "t"';
  const tu = `${t} JOIN "u" AS "u" ON "t"."k" = "u"."k"`;
  test.each([
    ["SELECT 7 / 2 AS a, 7 // 2 AS b", 'SELECT (CAST(7 AS DOUBLE) / 2) AS "a", (7 / 2) AS "b"'],
    ["SELECT 0.05 * x AS a, '' || x AS b", `SELECT (0.05E0 * "x") AS "a", ('' || CAST("x" AS VARCHAR)) AS "b"`],
    [
      "SELECT x::HUGEINT AS a, TRY_CAST(y AS BIGINT) AS b",
      'SELECT CAST("x" AS DECIMAL(38, 0)) AS "a", TRY_CAST("y" AS BIGINT) AS "b"',
    ],
    ["SELECT greatest(0, x) AS a", 'SELECT greatest(0, coalesce("x", 0)) AS "a"'],
    [
      "SELECT x, count(*) AS n FROM t GROUP BY ALL ORDER BY ALL",
      `SELECT "x", count(*) AS "n" ${t} GROUP BY 1 ORDER BY 1, 2`,
    ],
    ["SELECT x + 1 AS a, count(*) AS n FROM t GROUP BY a", `SELECT ("x" + 1) AS "a", count(*) AS "n" ${t} GROUP BY 1`],
    ["SELECT t.* EXCLUDE (y) FROM t", `SELECT "t"."x" AS "x", "t"."k" AS "k" ${t}`],
    ["SELECT k, t.k, z FROM t JOIN u USING (k)", `SELECT "t"."k", "t"."k", "z" ${tu}`],
    ["SELECT * FROM t JOIN u USING (k)", `SELECT "t"."x" AS "x", "t"."k" AS "k", "t"."y" AS "y", "u"."z" AS "z" ${tu}`],
    [
      "SELECT x FROM t ANTI JOIN u ON u.k = t.k",
      `SELECT "x" ${t} WHERE (NOT EXISTS (SELECT 1 FROM "u" AS "u" WHERE ("u"."k" = "t"."k")))`,
    ],
    [
      "SELECT x FROM t SEMI JOIN u USING (k)",
      `SELECT "x" ${t} WHERE (EXISTS (SELECT 1 FROM "u" AS "u" WHERE "t"."k" = "u"."k"))`,
    ],
    [
      "SELECT x FROM t QUALIFY rank() OVER (ORDER BY k) = 1",
      `SELECT "x" FROM (SELECT "x", (rank() OVER (ORDER BY "k") = 1) AS "#qualifies" ${t}) WHERE "#qualifies"`,
    ],
    ["SELECT list_transform(y, lambda l: l + 1) AS a FROM t", `SELECT transform("y", "l" -> ("l" + 1)) AS "a" ${t}`],
    [
      "SELECT arg_max(x, row(y, k)) FILTER (WHERE k > 1) AS a FROM t",
      `SELECT max_by("x", ROW("y", "k")) FILTER (WHERE ("k" > 1)) AS "a" ${t}`,
    ],
    [
      "SELECT 1 AS a FROM t WHERE (x, y) IN (SELECT (k, z) FROM u)",
      `SELECT 1 AS "a" ${t} WHERE ((ROW("x", "y") IN (SELECT "k", "z" FROM "u" AS "u")))`,
    ],
  ])("%s", async (sql, expected) => {
    expect(await printed(sql)).toBe(expected);
  });

  test.each([
    ["SELECT histogram(x) FROM t", "trino has no translation of the function histogram"],
    ["SELECT x FROM t ASOF JOIN u ON t.x >= u.z", "trino has no translation of the join ASOF"],
    ["SELECT DISTINCT ON (x) y FROM t", "trino has no translation of the clause DISTINCT ON"],
    ["SELECT x::BLOB FROM t", "trino has no translation of the type BLOB"],
    [
      "SELECT regexp_replace(x, 'a', 'b') FROM t",
      "trino: regexp_replace needs a pattern that begins with ^ or ends with $",
    ],
  ])("refuses what it does not know: %s", async (sql, message) => {
    await expect(printed(sql)).rejects.toThrow(message);
  });
});

function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

test("every statement of a fit, its report and the cells has a translation", async () => {
  const engine = await openDuckDBNode();
  const untranslated: string[] = [];
  let translated = 0;
  const query: Engine["query"] = async (sql, parameters, options) => {
    const isFile = /read_csv|read_parquet|parquet_metadata|DESCRIBE|rowid|"#scans"/.test(sql);
    if (!isFile) await translate(sql).catch((error: Error) => untranslated.push(`${error.message}: ${sql}`));
    return engine.query(sql, parameters, options);
  };
  async function translate(sql: string): Promise<void> {
    const statement = statementOf(sql);
    translated++;
    if (!("query" in statement)) return;
    const known = await engine.query(
      "SELECT table_name AS t, column_name AS c FROM information_schema.columns ORDER BY ALL",
    );
    const tables = groupBy(known.toArray(), ({ t }) => String(t));
    const bound = statement.query.replaceAll("?", "NULL");
    new Printer(dialect, (parts) => tables.get(parts.at(-1)!)?.map(({ c }) => String(c))).query(
      await parseSql(parser, bound),
    );
  }
  const dataset = { engine: Object.assign(Object.create(engine) as Engine, { query }), schema: "traces" };
  const topology = await fitTraces(dataset, ["datasets/figure1/traces.jsonl.gz"], { holdout: 0.5 });
  await report(dataset, topology, { traces: 500, bounds: false });
  await askCells(dataset, topology.apis[0]!);
  await engine.close();
  expect(untranslated).toEqual([]);
  expect(translated).toBeGreaterThan(100);
});
