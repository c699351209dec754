import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { findAsynchronous } from "../../lib/executions/findAsynchronous.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { insertSpans, readRows, type SpanLiteral } from "./insertSpans.ts";
import { runUpTo } from "./steps.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

/** Ids of the calls that are asynchronous. */
async function asynchronous(spans: SpanLiteral[], resolution = 0.001) {
  const dataset = await insertSpans(engine, spans);
  await runUpTo(dataset, findAsynchronous, resolution);
  const rows = await readRows(
    dataset,
    `SELECT s.id FROM $calls c JOIN $spans s ON s.file = c.file AND s."row" = c."row" WHERE c.asynchronous ORDER BY s."row"`,
  );
  return { ids: rows.map((row) => row.id as string), rules: (await readLedger(dataset)).rules };
}

/** Traces of a caller `A get`, [0, 1000], with one call each: `outliving` of `calls` of them outlive it. */
function edge(calls: number, outliving: number, callee = "B get"): SpanLiteral[] {
  return Array.from({ length: calls }, (_, i): SpanLiteral[] => [
    { trace: `${callee}${i}`, id: `a${i}`, api: "A get", at: [0, 1000] },
    { trace: `${callee}${i}`, id: `b${i}`, parent: `a${i}`, api: callee, at: [100, i < outliving ? 3000 : 500] },
  ]).flat();
}

test("an edge with at least half of its calls outliving the caller is asynchronous throughout", async () => {
  expect((await asynchronous(edge(10, 5))).ids).toHaveLength(10);
});

test("between 2 % and a half, each call is told by itself", async () => {
  expect((await asynchronous(edge(11, 5))).ids).toEqual(["b0", "b1", "b2", "b3", "b4"]);
  expect((await asynchronous(edge(100, 2))).ids).toEqual(["b0", "b1"]);
});

test("below 2 % no call is asynchronous", async () => {
  expect((await asynchronous(edge(101, 2))).ids).toEqual([]);
});

test("one edge's share says nothing of another edge of the same caller", async () => {
  const { ids } = await asynchronous([...edge(4, 4, "B get"), ...edge(4, 0, "B put")]);
  expect(ids).toEqual(["b0", "b1", "b2", "b3"]);
});

test("the ledger notes asynchronous calls, which stay accepted", async () => {
  const { rules } = await asynchronous(edge(10, 5));
  expect(rules).toEqual([{ file: "file0", rule: "asynchronous-call", action: "noted", rows: 10, example: 2 }]);
});

test.each<[string, string, [number, number], boolean]>([
  ["ends within the caller", "A work", [900, 1000], false],
  ["ends within a tenth of itself after the caller", "A work", [900, 1010], false],
  ["ends later than that, on the same clock", "A work", [900, 1013], true],
  ["starts after the caller's end, on the same clock", "A work", [1003, 1004], true],
  ["is as long as the caller, but for a clock's drift", "B get", [500, 1521], false],
  ["lasts longer than the caller", "B get", [500, 1523], true],
  ["lies after the caller's end by less than its length, on another clock", "B get", [1090, 1190], false],
  ["starts later than the caller's end by more than its length, on another clock", "B get", [1103, 1203], true],
])("a call that %s", async (_, api, at, expected) => {
  const { ids } = await asynchronous([
    { id: "a", api: "A get", at: [0, 1000] },
    { id: "b", parent: "a", api, at },
  ]);
  expect(ids).toEqual(expected ? ["b"] : []);
});

test("tolerances are no finer than the data's resolution", async () => {
  const spans: SpanLiteral[] = [
    { id: "a", api: "A get", at: [0, 5000] },
    { id: "b", parent: "a", api: "A work", at: [5000, 6000] },
  ];
  expect((await asynchronous(spans, 1)).ids).toEqual(["b"]);
  expect((await asynchronous(spans, 1000)).ids).toEqual([]);
});

test("a reference that follows its parent is asynchronous wherever it lies", async () => {
  const { ids } = await asynchronous([
    ...edge(100, 0),
    { trace: "f", id: "a", api: "A get", at: [0, 1000] },
    { trace: "f", id: "b", parent: "a", api: "B get", at: [100, 500], follows: true },
    { trace: "f", id: "c", parent: "a", api: "B get", at: [100, 500], follows: false },
  ]);
  expect(ids).toEqual(["b"]);
});

test("a root waits for nothing, whatever it refers to", async () => {
  const { ids, rules } = await asynchronous([{ id: "a", parent: "gone", api: "A get", at: [0, 9], follows: true }]);
  expect(ids).toEqual([]);
  expect(rules.map(({ rule }) => rule)).toEqual(["missing-parent"]);
});
