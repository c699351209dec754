import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { type SqlDatabase, sqlDatabase } from "../../lib/engine/sqlDatabase.ts";
import { openWasmInNode } from "./wasmInNode.ts";

describe.each([
  ["native", openDuckDBNode],
  ["wasm", openWasmInNode],
] as const)("sqlDatabase, %s", (_, open) => {
  let engine: Engine;
  let db: SqlDatabase;
  beforeAll(async () => {
    engine = await open();
    for (const schema of ["first", `se"cond`]) await engine.query(`CREATE SCHEMA "${schema.replaceAll('"', '""')}"`);
    await engine.query(
      `CREATE TABLE first.spans AS SELECT i::INTEGER AS id, 'it''s ' || i AS name FROM range(1000) t(i)`,
    );
    await engine.query("CREATE TABLE first.twice AS SELECT 1 AS old");
    await engine.query(`CREATE TABLE "se""cond".twice AS SELECT 2 AS new`);
    db = sqlDatabase(engine, ["first", `se"cond`]);
  });
  afterAll(() => engine.close());
  const rows = async (result: ReturnType<SqlDatabase["sql"]>) => (await result).toArray().map((row) => row.toJSON());

  test("tables go by their bare names, and a later schema hides an earlier one", async () => {
    expect(await db.tables()).toEqual({ spans: ["id", "name"], twice: ["new"] });
    expect(await rows(db.sql`SELECT * FROM twice`)).toEqual([{ new: 2 }]);
    const spans = db.sql`-- all of them
      WITH spans AS (FROM spans WHERE id < 3) SELECT id FROM spans ORDER BY id DESC; `;
    expect(await rows(spans)).toEqual([{ id: 2 }, { id: 1 }, { id: 0 }]);
    expect((await rows(db.sql`SUMMARIZE spans`)).map((row) => row.column_name)).toEqual(["id", "name"]);
    expect(await rows(db.sql`SELECT id FROM spans ORDER BY hash(id), id LIMIT 1000`)).toEqual(
      await rows(sqlDatabase(engine).sql`SELECT id FROM first.spans ORDER BY hash(id), id`),
    );
  });

  test("values are bound: no text of them is SQL", async () => {
    const hostile = `x'; DROP TABLE first.spans; --`;
    expect(await rows(db.sql`SELECT ${hostile} AS a, ${7n}::BIGINT AS b, ${true} AS c, ${null}::INTEGER AS d`)).toEqual(
      [{ a: hostile, b: 7, c: true, d: null }],
    );
    expect(await rows(db.sql`SELECT count(*) AS n FROM spans WHERE name = ${"it's 7"}`)).toEqual([{ n: 1 }]);
    expect(await rows(db.sql`SELECT regexp_matches('7', '\d') AS digit`)).toEqual([{ digit: true }]);
  });

  test.each([
    [[1, 2], "value 1 of the SQL is a list; valid are texts, numbers, booleans and null"],
    [{ a: 1 }, "value 1 of the SQL is an object; valid are texts, numbers, booleans and null"],
    [undefined, "value 1 of the SQL is undefined; valid are texts, numbers, booleans and null"],
  ])("%j is no parameter", async (value, message) => {
    await expect(db.sql`SELECT ${value}`).rejects.toThrow(message);
  });

  test("what is no query changes nothing", async () => {
    await expect(db.sql`DROP TABLE first.spans`).rejects.toThrow(
      "an SQL cell takes a query, such as SELECT … FROM spans; not DROP",
    );
    await expect(db.sql`SELECT 1) ; DROP TABLE first.spans; (SELECT 1`).rejects.toThrow();
    await expect(db.sql`SELECT 1; DROP TABLE first.spans`).rejects.toThrow();
    await expect(db.sql` -- nothing`).rejects.toThrow("it is empty");
    expect(await rows(db.sql`SELECT count(*) AS n FROM spans`)).toEqual([{ n: 1000 }]);
  });

  test("a signal ends the query in the engine", async () => {
    const stop = new AbortController();
    const endless = db.until(stop.signal)
      .sql`SELECT sum(a.id * b.id * c.id * d.id) FROM spans a, spans b, spans c, spans d`;
    setTimeout(() => stop.abort(new Error("stopped")), 100);
    await expect(endless).rejects.toThrow("stopped");
    expect(await rows(db.sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
  });
});
