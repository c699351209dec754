import { expect, test } from "vitest";
import { splitClauses } from "../../../lib/engine/dialect/splitClauses.ts";
import { statementOf } from "../../../lib/engine/dialect/statement.ts";

test("takes statements apart", () => {
  expect(statementOf("\n SELECT 1;")).toEqual({ kind: "query", query: "SELECT 1" });
  expect(statementOf('CREATE OR REPLACE TABLE "a b"."t" AS\n SELECT 1 AS x')).toEqual({
    kind: "create",
    table: ["a b", "t"],
    query: "SELECT 1 AS x",
    existing: "replace",
  });
  expect(statementOf('CREATE TABLE IF NOT EXISTS s.t ("a" INTEGER, b DOUBLE[])')).toEqual({
    kind: "define",
    table: ["s", "t"],
    columns: [
      ["a", "INTEGER"],
      ["b", "DOUBLE[]"],
    ],
    existing: "keep",
  });
  expect(statementOf("CREATE VIEW s.v AS SELECT 1")).toEqual({ kind: "view", table: ["s", "v"], query: "SELECT 1" });
  expect(statementOf("INSERT INTO s.t VALUES (1, ';')")).toMatchObject({ query: "SELECT * FROM (VALUES (1, ';'))" });
  expect(statementOf("DELETE FROM s.t")).toEqual({ kind: "delete", table: ["s", "t"], where: "true" });
  expect(statementOf("DROP TABLE IF EXISTS s.t")).toEqual({ kind: "drop", table: ["s", "t"] });
  expect(statementOf("ALTER TABLE s.t ADD COLUMN c DOUBLE")).toMatchObject({
    kind: "add",
    column: "c",
    type: "DOUBLE",
  });
  expect(() => statementOf("VACUUM")).toThrow("no statement that every engine takes: VACUUM");
});

test("an update knows its FROM and WHERE from those of subqueries", () => {
  expect(
    statementOf(
      "UPDATE s.t AS e SET a = m.x, b = (SELECT 1 FROM u WHERE v) FROM (SELECT 1 WHERE c) m WHERE m.y = 'SET'",
    ),
  ).toEqual({
    kind: "update",
    table: ["s", "t"],
    alias: "e",
    set: [
      ["a", " m.x"],
      ["b", " (SELECT 1 FROM u WHERE v) "],
    ],
    from: " (SELECT 1 WHERE c) m ",
    where: " m.y = 'SET'",
  });
});

test("clauses are cut outside of parentheses and quotes alone", () => {
  const parts = splitClauses("a, (b, c), 'd, e', \"f, g\", [h, i]", [","]);
  expect(parts.map(({ text }) => text.trim())).toEqual(["a", "(b, c)", "'d, e'", '"f, g"', "[h, i]"]);
});
