import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { linkParents } from "../../lib/executions/linkParents.ts";
import { numberSpans } from "../../lib/executions/numberSpans.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { insertSpans, readRows, type SpanLiteral } from "./insertSpans.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

/** Links spans; each is told by its operation, which tests keep unique. */
async function link(spans: SpanLiteral[]) {
  const dataset = await insertSpans(engine, spans);
  await numberSpans(dataset);
  await linkParents(dataset);
  const rows = await readRows(
    dataset,
    `SELECT n.operation AS name, p.operation AS parent, l.fragment, l.parent_start, l.parent_duration, l.parent_kind
     FROM $linked l JOIN $names n USING (api) LEFT JOIN $names p ON p.api = l.parent_api ORDER BY n.operation`,
  );
  const ledger = await readLedger(dataset);
  return {
    rows,
    parents: Object.fromEntries(rows.map((row) => [row.name, row.parent])),
    fragments: rows.filter((row) => row.fragment).map((row) => row.name),
    rules: Object.fromEntries(ledger.rules.map(({ rule, action, rows }) => [rule, [action, rows]])),
    ledger,
  };
}

/** A span whose operation is its id. */
function span(
  id: string,
  parent: string | undefined,
  at: [number, number],
  more: Partial<SpanLiteral> = {},
): SpanLiteral {
  return { id, parent, api: `S ${id}`, at, ...more };
}

test("links children with their parent's times and kind, within the trace only", async () => {
  const { rows, parents, rules } = await link([
    span("a", undefined, [0, 100], { kind: "server" }),
    span("b", "a", [10, 90], { kind: "client" }),
    span("c", "a", [10, 20]),
    span("x", undefined, [0, 7], { trace: "other" }),
  ]);
  expect(parents).toEqual({ a: null, b: "a", c: "a", x: null });
  expect(rows[1]).toMatchObject({ parent_start: 0, parent_duration: 100, parent_kind: 1, fragment: false });
  expect(rules).toEqual({});
});

test("an id names a parent in its own trace only", async () => {
  const { parents, rules } = await link([
    span("a", undefined, [0, 100], { trace: "one" }),
    span("b", "a", [0, 100], { trace: "two" }),
  ]);
  expect(parents).toEqual({ a: null, b: null });
  expect(rules).toEqual({ "missing-parent": ["noted", 1] });
});

test("the child of a shared id is the server's, whose parent is the client", async () => {
  const { parents } = await link([
    span("root", undefined, [0, 100]),
    { id: "s", parent: "root", api: "A client", at: [10, 90], kind: "client" },
    { id: "s", parent: "root", api: "B server", at: [20, 80], kind: "server" },
    span("work", "s", [30, 40]),
  ]);
  expect(parents).toEqual({ root: null, client: "root", server: "client", work: "server" });
});

test("a span whose parent is missing begins a fragment with all below it, and is counted", async () => {
  const { parents, fragments, rules, ledger } = await link([
    span("a", undefined, [50, 100]),
    span("b", "gone", [0, 30]),
    span("c", "b", [5, 20]),
    span("d", "c", [6, 10]),
  ]);
  expect(parents).toEqual({ a: null, b: null, c: "b", d: "c" });
  expect(fragments).toEqual(["b", "c", "d"]);
  expect(rules).toEqual({ "missing-parent": ["noted", 1] });
  expect(ledger).toMatchObject({ read: 4, accepted: 4 });
});

test("the entry is the root without a parent id, then the earliest, then the longest", async () => {
  const entries = async (spans: SpanLiteral[]) => {
    const { rows } = await link(spans);
    return rows.filter((row) => row.parent === null && !row.fragment).map((row) => row.name);
  };
  expect(await entries([span("a", "gone", [0, 9]), span("b", undefined, [5, 6])])).toEqual(["b"]);
  expect(await entries([span("a", undefined, [3, 9]), span("b", undefined, [2, 3])])).toEqual(["b"]);
  expect(await entries([span("a", undefined, [2, 3]), span("b", undefined, [2, 9])])).toEqual(["b"]);
  expect(await entries([span("a", "gone", [4, 9]), span("b", "gone", [3, 6])])).toEqual(["b"]);
});

test("a second root is counted, and begins a fragment", async () => {
  const { fragments, rules } = await link([
    span("a", undefined, [0, 100]),
    span("b", undefined, [10, 20]),
    span("c", "b", [11, 12]),
    span("d", "a", [13, 14]),
  ]);
  expect(fragments).toEqual(["b", "c"]);
  expect(rules).toEqual({ "several-roots": ["noted", 1] });
});

test("a parent whose clock is behind its child's is still its parent", async () => {
  const { parents, fragments, rules } = await link([
    span("a", undefined, [100, 200]),
    span("b", "a", [50, 60]),
    span("c", "b", [20, 30]),
    span("d", "c", [150, 160]),
  ]);
  expect(parents).toEqual({ a: null, b: "a", c: "b", d: "c" });
  expect(fragments).toEqual([]);
  expect(rules).toEqual({});
});

test.each<[string, SpanLiteral[], string[]]>([
  ["itself", [span("a", "a", [0, 9])], []],
  ["itself, beside a root", [span("a", "a", [0, 9]), span("r", undefined, [0, 9])], ["r"]],
  ["two that call each other", [span("a", "b", [0, 9]), span("b", "a", [1, 9]), span("r", undefined, [0, 9])], ["r"]],
  [
    "three in a ring, with a chain below",
    [
      span("a", "c", [0, 9]),
      span("b", "a", [1, 9]),
      span("c", "b", [2, 9]),
      span("d", "b", [3, 9]),
      span("e", "d", [4, 9]),
      span("r", undefined, [0, 9]),
      span("s", "r", [0, 9]),
    ],
    ["r", "s"],
  ],
])("spans that no root reaches are rejected: %s", async (_, spans, kept) => {
  const { rows, rules, ledger } = await link(spans);
  expect(rows.map((row) => row.name)).toEqual(kept);
  expect(rules["parent-cycle"]).toEqual(["rejected", spans.length - kept.length]);
  expect(ledger.accepted).toBe(kept.length);
});

test("follows a chain of 3,000 levels whose clocks run backwards, beside one with a cycle at its end", async () => {
  const depth = 3000;
  const chain = (trace: string, first: string | undefined) =>
    Array.from({ length: depth }, (_, i) => ({
      trace,
      id: `s${i}`,
      parent: i === 0 ? first : `s${i - 1}`,
      api: `S ${trace}`,
      at: [depth - i, 2 * depth - i] as [number, number],
    }));
  const dataset = await insertSpans(engine, [...chain("open", undefined), ...chain("closed", `s${depth - 1}`)]);
  await numberSpans(dataset);
  await linkParents(dataset);
  expect(await readRows(dataset, "SELECT count(*) AS n, count(parent) AS linked FROM $linked")).toEqual([
    { n: depth, linked: depth - 1 },
  ]);
  expect(await readLedger(dataset)).toMatchObject({ accepted: depth, rejected: depth });
});
