import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { numberSpans } from "../../lib/executions/numberSpans.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { insertSpans, readRows, type SpanLiteral } from "./insertSpans.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

async function number(spans: SpanLiteral[]) {
  const dataset = await insertSpans(engine, spans);
  await numberSpans(dataset);
  const rows = await readRows(
    dataset,
    `SELECT r.id, t.id AS trace, service_number, n.operation, r.kind, r.duration, r.below_client, r.above_server, r.span
     FROM $numbered r JOIN $traces t ON t.number = r.trace JOIN $names n USING (api) ORDER BY r.span`,
  );
  return { dataset, rows, ledger: await readLedger(dataset) };
}

test("numbers traces by their first start, names by service and operation, and gives every span a key of its own", async () => {
  const { dataset, rows } = await number([
    { trace: "late", id: "a", api: "B get", at: [50, 60] },
    { trace: "early", id: "a", api: "B get", at: [10, 20] },
    { trace: "early", id: "b", api: "A get", at: [5, 30] },
    { trace: "early", id: "c", api: "B count", at: [5, 30] },
  ]);
  expect(await readRows(dataset, "SELECT number, id, spans FROM $traces ORDER BY number")).toEqual([
    { number: 0, id: "early", spans: 3 },
    { number: 1, id: "late", spans: 1 },
  ]);
  expect(await readRows(dataset, "SELECT api, service_number, service, operation FROM $names ORDER BY api")).toEqual([
    { api: 0, service_number: 0, service: "A", operation: "get" },
    { api: 1, service_number: 1, service: "B", operation: "count" },
    { api: 2, service_number: 1, service: "B", operation: "get" },
  ]);
  expect(rows.map((row) => `${row.trace} ${row.id}`)).toEqual(["early b", "early c", "early a", "late a"]);
  expect(new Set(rows.map((row) => row.span)).size).toBe(4);
});

test("merges equal records of one span, in one file and across files, and counts them where they lie", async () => {
  const span: SpanLiteral = { id: "a", api: "A get", at: [0, 10] };
  const { rows, ledger } = await number([
    { ...span, file: 0 },
    { ...span, file: 0 },
    { ...span, file: 1 },
    { ...span, trace: "other", file: 1 },
  ]);
  expect(rows.map((row) => row.trace)).toEqual(["other", "t"]);
  expect(ledger).toMatchObject({ read: 4, accepted: 2, merged: 2, rejected: 0 });
  expect(ledger.rules).toEqual([
    { file: "file0", rule: "duplicate", action: "merged", rows: 1, example: 2 },
    { file: "file1", rule: "duplicate", action: "merged", rows: 1, example: 3 },
  ]);
});

test("of records that contradict each other, the longest stays", async () => {
  const { rows, ledger } = await number([
    { id: "a", api: "A get", at: [0, 10] },
    { id: "a", api: "A get", at: [0, 30] },
    { id: "a", api: "A get", at: [5, 25] },
    { id: "b", parent: "a", api: "A get", at: [1, 2] },
  ]);
  expect(rows.map((row) => [row.id, row.duration])).toEqual([
    ["a", 30],
    ["b", 1],
  ]);
  expect(ledger).toMatchObject({ read: 4, accepted: 2, merged: 2 });
  expect(ledger.rules.map(({ rule, rows }) => [rule, rows])).toEqual([["conflicting-duplicate", 2]]);
});

test("keeps both records of a client and a server that share an id", async () => {
  const { rows, ledger } = await number([
    { id: "a", api: "A get", at: [0, 100], kind: "server" },
    { id: "b", parent: "a", api: "A call", at: [10, 90], kind: "client" },
    { id: "b", parent: "a", api: "B get", at: [20, 80], kind: "server" },
    { id: "b", parent: "a", api: "B get", at: [20, 80], kind: "server" },
    { id: "c", parent: "b", api: "B work", at: [30, 40], kind: "internal" },
  ]);
  expect(
    rows.map(({ id, operation, below_client, above_server }) => [id, operation, below_client, above_server]),
  ).toEqual([
    ["a", "get", false, false],
    ["b", "call", false, true],
    ["b", "get", true, false],
    ["c", "work", false, false],
  ]);
  expect(ledger).toMatchObject({ read: 5, accepted: 4, merged: 1 });
  expect(ledger.rules.map(({ rule, action, rows }) => [rule, action, rows])).toEqual([
    ["duplicate", "merged", 1],
    ["shared-span-id", "repaired", 1],
  ]);
});

test.each([
  ["two kinds", ["internal", "server"], 1],
  ["a kind and none", [undefined, "client"], 1],
  ["a client, a server and a third", ["client", "server", "internal"], 2],
  ["a client, a server and two without kind", ["client", "server", undefined, undefined], 2],
] as const)("an id recorded with %s stays one span, or one client and one server", async (_, kinds, kept) => {
  const { rows, ledger } = await number(
    kinds.map((kind, index): SpanLiteral => ({ id: "a", api: "A get", at: [index, 10 + 2 * index], kind })),
  );
  expect(rows).toHaveLength(kept);
  expect(rows.filter((row) => !row.above_server)).toHaveLength(1);
  expect(rows.filter((row) => row.above_server)).toHaveLength(kept - 1);
  if (kept === 2) expect(rows.find((row) => !row.above_server)?.kind).toBe(1);
  expect(ledger.merged).toBe(kinds.length - kept);
});

test("numbers do not depend on the order of rows", async () => {
  const spans = Array.from(
    { length: 60 },
    (_, i): SpanLiteral => ({
      trace: `t${i % 4}`,
      id: `s${i % 25}`,
      api: `S${i % 3} op${i % 5}`,
      at: [i % 7, 10 + (i % 2)],
      kind: (["client", "server", undefined] as const)[i % 3],
      row: i,
    }),
  );
  const { rows } = await number(spans);
  const shuffled = await number([...spans].reverse());
  expect(shuffled.rows).toEqual(rows);
});
