import { Bool, Field, Float64, Int32, List, makeVector, Table, Utf8, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../lib/engine/engine.ts";
import { identifier, literal } from "../../lib/engine/sql.ts";

/** A statement that runs for hours where nobody stops it. */
const endless = "SELECT sum(sin(a.range) * cos(b.range)) AS s FROM range(10000000) a, range(10000000) b";

const rowsOf = (table: Table) => table.toArray().map((row) => row.toJSON() as Record<string, unknown>);

/** What queries and inserts must do, in every engine. */
export function queryContract(name: string, open: () => Promise<Engine>): void {
  describe(`${name}: queries`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });
    afterAll(() => engine?.close());

    test("give integers, doubles, texts, booleans and lists as the same Arrow types", async () => {
      const table = await engine.query(`
        SELECT 1::TINYINT AS a, 2::SMALLINT AS b, 3 AS c, 4.5::DOUBLE AS d, 1.5::FLOAT AS e, 'é€😀' AS f, true AS g,
          [1.5::DOUBLE, NULL] AS h, ['x', 'a text of more than twelve bytes', NULL] AS i, 200::UTINYINT AS j,
          4000000000::UINTEGER AS k, -5::BIGINT AS l, 9007199254740993::BIGINT AS m, (-7)::HUGEINT AS n,
          12.345::DECIMAL(10, 3) AS o, [-1::BIGINT] AS p, 1.5::DECIMAL(30, 3) AS q`);
      const types = Object.fromEntries(table.schema.fields.map((field) => [field.name, `${field.type}`]));
      expect(types).toEqual({
        ...{ a: "Int32", b: "Int32", c: "Int32", d: "Float64", e: "Float64", f: "Utf8", g: "Bool" },
        ...{ h: "List<Float64>", i: "List<Utf8>", j: "Int32", k: "Float64", l: "Float64", m: "Float64", n: "Float64" },
        ...{ o: "Float64", p: "List<Float64>", q: "Float64" },
      });
      const row = table.get(0)!.toJSON() as Record<string, unknown>;
      expect(row).toMatchObject({ a: 1, b: 2, c: 3, d: 4.5, e: 1.5, f: "é€😀", g: true, j: 200, k: 4e9, l: -5 });
      expect(row).toMatchObject({ m: 9007199254740992, n: -7, o: 12.345, q: 1.5 });
      expect([...(row.h as Iterable<number>)]).toEqual([1.5, null]);
      expect([...(row.i as Iterable<string>)]).toEqual(["x", "a text of more than twelve bytes", null]);
      expect([...(row.p as Iterable<number>)]).toEqual([-1]);
    });

    test("keep NULLs, and every row of a large result in order", async () => {
      const table = await engine.query(`
        SELECT x::INTEGER AS x, CASE WHEN x % 3 = 0 THEN NULL ELSE x::DOUBLE END AS d,
          CASE WHEN x % 5 = 0 THEN NULL ELSE 'row ' || x || repeat('-', x % 40) END AS s,
          CASE WHEN x % 7 = 0 THEN NULL ELSE x % 2 = 0 END AS b,
          CASE WHEN x % 11 = 0 THEN NULL ELSE list_transform(range(x % 4), lambda i: (x + i)::DOUBLE) END AS l
        FROM range(10000) t(x) ORDER BY x`);
      expect(table.numRows).toBe(10000);
      const [x, d, s, b, l] = ["x", "d", "s", "b", "l"].map((column) => table.getChild(column)!);
      for (let i = 0; i < 10000; i++) {
        const list = l!.get(i) as Iterable<number> | null;
        const row = [x!.get(i), d!.get(i), s!.get(i), b!.get(i), list && [...list]];
        const text = i % 5 === 0 ? null : `row ${i}${"-".repeat(i % 40)}`;
        const numbers = i % 11 === 0 ? null : Array.from({ length: i % 4 }, (_, k) => i + k);
        const expected = [i, i % 3 === 0 ? null : i, text, i % 7 === 0 ? null : i % 2 === 0, numbers];
        if (JSON.stringify(row) !== JSON.stringify(expected)) expect(row).toEqual(expected);
      }
    });

    test("give the schema of a result without rows", async () => {
      const table = await engine.query("SELECT 1 AS a, 'x' AS b WHERE false");
      expect([table.numRows, table.schema.names]).toEqual([0, ["a", "b"]]);
    });

    test("bind parameters: whole numbers as BIGINT, others as DOUBLE, texts with any character", async () => {
      const parameters = [1, 1.5, 2 ** 40, 10n, -(2n ** 62n), true, null, "a'\"\0;--\n😀"];
      const [row] = rowsOf(
        await engine.query(
          `SELECT typeof(?) AS a, typeof(?) AS b, ? = 1099511627776 AS c, ?::VARCHAR AS d, ?::VARCHAR AS e,
            typeof(?) AS f, ? IS NULL AS g, ? AS h`,
          parameters,
        ),
      );
      expect(row).toEqual({
        ...{ a: "BIGINT", b: "DOUBLE", c: true, d: "10", e: "-4611686018427387904", f: "BOOLEAN", g: true },
        h: "a'\"\0;--\n😀",
      });
      expect((await engine.query("SELECT 1 AS a LIMIT ?", [0])).numRows).toBe(0);
    });

    test("take any name and text that is quoted", async () => {
      const text = fc.string({ unit: "binary", maxLength: 30 }).map((value) => value.replaceAll("\0", ""));
      await fc.assert(
        fc.asyncProperty(text, text, async (column, value) => {
          const name = identifier(`${column}.`);
          const [row] = rowsOf(await engine.query(`SELECT ${name} FROM (SELECT ${literal(value)} AS ${name})`));
          expect(Object.values(row!)).toEqual([value]);
        }),
        { numRuns: 30 },
      );
    });

    test("fail with one line that says what was wrong, and leave the engine usable", async () => {
      const errorOf = (sql: string) => engine.query(sql).then(String, (error: Error) => error.message);
      expect(await errorOf("SELECT * FROM nowhere")).toMatch(/^[^\n]*nowhere[^\n]*$/);
      expect(await errorOf("SELEC 1")).toMatch(/^[^\n]*SELEC[^\n]*$/);
      expect(await errorOf("SELECT\n'x'::INTEGER\nAS a")).toMatch(/^[^\n]*'x'[^\n]*$/);
      expect(await errorOf("SELECT error('an\nerror')")).toMatch(/^[^\n]*an error[^\n]*$/);
      expect(await errorOf("SELECT 1; SELECT 2")).toMatch(/^[^\n]*one statement[^\n]*$/);
      expect(rowsOf(await engine.query("SELECT ';' AS a; -- one; statement"))).toEqual([{ a: ";" }]);
    });

    test("stop when their signal aborts, and only they", async () => {
      const controller = new AbortController();
      const running = engine.query(endless, [], { signal: controller.signal });
      const other = engine.query("SELECT count(*)::INTEGER AS n FROM range(3000000) t(x) WHERE sin(x) > 2");
      setTimeout(() => controller.abort(new Error("enough")), 300);
      await expect(running).rejects.toThrow("enough");
      expect(rowsOf(await other)).toEqual([{ n: 0 }]);
      expect(rowsOf(await engine.query("SELECT 1 AS a"))).toEqual([{ a: 1 }]);
      const late = engine.query("SELECT 1", [], { signal: controller.signal });
      await expect(late).rejects.toThrow("enough");
    });

    test("run side by side, each with its own result", async () => {
      const numbers = Array.from({ length: 12 }, (_, i) => i);
      const tables = await Promise.all(
        numbers.map((i) => engine.query(`SELECT sum(x)::DOUBLE AS s, ${i} AS i FROM range(${i + 1} * 10000) t(x)`)),
      );
      const sum = (i: number) => ((i + 1) * 10000 * ((i + 1) * 10000 - 1)) / 2;
      expect(tables.flatMap(rowsOf)).toEqual(numbers.map((i) => ({ s: sum(i), i })));
    });

    test("tell their progress, which ends at 1", async () => {
      const shares: number[] = [];
      await engine.query("SELECT sum(sin(x)) FROM range(3000000) t(x)", [], {
        onProgress: (share) => shares.push(share),
      });
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
      expect(shares.at(-1)).toBe(1);
    });
  });

  describe(`${name}: inserts`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });
    afterAll(() => engine?.close());

    test("create the table from the rows' schema, then append, NULLs and lists included", async () => {
      const rows = new Table({
        n: vectorFromArray([1, 2.5, null], new Float64()),
        i: vectorFromArray([1, null, -3], new Int32()),
        t: vectorFromArray(["a'\"<b>", null, "longer than twelve bytes\n\0"], new Utf8()),
        b: vectorFromArray([true, null, false], new Bool()),
        l: vectorFromArray([[1, 2], null, []], new List(new Field("item", new Float64()))),
        d: vectorFromArray(["x", "y", "x"]),
      });
      await engine.insert('"odd ""name"', rows);
      await engine.insert('"odd ""name"', rows);
      const back = await engine.query('SELECT * FROM "odd ""name" ORDER BY i NULLS FIRST, n');
      const plain = rowsOf(back).map((row) => ({ ...row, l: row.l && [...(row.l as Iterable<number>)] }));
      const [first, second, third] = [
        { n: 1, i: 1, t: "a'\"<b>", b: true, l: [1, 2], d: "x" },
        { n: 2.5, i: null, t: null, b: null, l: null, d: "y" },
        { n: null, i: -3, t: "longer than twelve bytes\n\0", b: false, l: [], d: "x" },
      ];
      expect(plain).toEqual([second, second, third, third, first, first]);
      const types = rowsOf(await engine.query(`SELECT column_type AS t FROM (DESCRIBE "odd ""name")`)).map(
        ({ t }) => t,
      );
      expect(types).toEqual(["DOUBLE", "INTEGER", "VARCHAR", "BOOLEAN", "DOUBLE[]", "VARCHAR"]);
    });

    test("take many rows in many batches, and keep their order", async () => {
      const size = 70_001;
      const batch = (from: number) =>
        new Table({
          n: makeVector(Float64Array.from({ length: size }, (_, i) => from + i)),
          t: vectorFromArray(
            Array.from({ length: size }, (_, i) => (i % 9 === 0 ? null : `text number ${from + i}`)),
            new Utf8(),
          ),
        });
      const rows = batch(0).concat(batch(size), batch(2 * size));
      expect(rows.batches.length).toBe(3);
      await engine.query("CREATE SCHEMA s1");
      await engine.insert("s1.many", rows);
      const [counted] = rowsOf(
        await engine.query(`
          SELECT count(*)::INTEGER AS n, count(t)::INTEGER AS texts, max(abs(n - rowid))::DOUBLE AS moved,
            count(*) FILTER (t <> 'text number ' || n::BIGINT)::INTEGER AS wrong FROM s1.many`),
      );
      expect(counted).toEqual({ n: 3 * size, texts: 3 * size - 3 * Math.ceil(size / 9), moved: 0, wrong: 0 });
      const back = await engine.query("SELECT * FROM s1.many");
      await engine.insert("s1.copy", back);
      expect(
        rowsOf(await engine.query("SELECT count(*)::INTEGER AS n FROM s1.many m JOIN s1.copy c USING (n)")),
      ).toEqual([{ n: 3 * size }]);
    });

    test("cast to the table's types, and refuse rows that have other columns, in one line and whole", async () => {
      await engine.query("CREATE TABLE typed (a BIGINT, b VARCHAR)");
      const texts = (values: string[]) => vectorFromArray(values, new Utf8());
      const doubles = (values: Iterable<number>) => makeVector(Float64Array.from(values));
      await engine.insert("typed", new Table({ a: doubles([1, 2]), b: texts(["x", "y"]) }));
      const swapped = engine.insert("typed", new Table({ b: texts(["x"]), a: doubles([1]) }));
      await expect(swapped).rejects.toThrow(/^[^\n]*typed[^\n]*columns a, b[^\n]*not b, a$/);
      const fine = new Table({ a: doubles(Array(5000).fill(3)), b: texts(Array(5000).fill("z")) });
      const broken = fine.concat(new Table({ a: doubles([1e300]), b: texts(["z"]) }));
      await expect(engine.insert("typed", broken)).rejects.toThrow(/^[^\n]+$/);
      const left = rowsOf(await engine.query("SELECT a::DOUBLE AS a, b FROM typed ORDER BY a"));
      expect(left).toEqual([
        { a: 1, b: "x" },
        { a: 2, b: "y" },
      ]);
    });
  });

  describe(`${name}: close`, () => {
    test("cancels what runs, and refuses what comes after", async () => {
      const engine = await open();
      const running = engine.query(endless).then(
        () => "finished",
        (error: Error) => error.message,
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
      await engine.close();
      expect(await running).toMatch(/^[^\n]+$/);
      expect(await running).not.toBe("finished");
      await expect(engine.query("SELECT 1")).rejects.toThrow(/closed/);
      await engine.close();
    });
  });
}
