import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../../datasets/random.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { insertSpans, readRows, type SpanLiteral } from "./insertSpans.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

/** How often each API calls each, and the mean own times. */
async function build(spans: SpanLiteral[]) {
  const dataset = await insertSpans(engine, spans);
  await buildExecutions(dataset);
  const edges = await readRows(
    dataset,
    `SELECT c.operation || ' > ' || n.operation AS edge, k.calls FROM $edges k JOIN $names c ON c.api = k.caller JOIN $names n ON n.api = k.callee`,
  );
  const own = await readRows(
    dataset,
    "SELECT n.operation, round(avg(own)) AS own FROM $executions JOIN $names n USING (api) GROUP BY ALL",
  );
  const ledger = await readLedger(dataset);
  const [counts] = await readRows(dataset, "SELECT count(*) AS n FROM $executions");
  expect(counts?.n).toBe(ledger.accepted);
  return {
    edges: Object.fromEntries(edges.map((row) => [row.edge, row.calls])),
    own: Object.fromEntries(own.map((row) => [row.operation, row.own])),
    nested: ledger.rules.filter(({ rule }) => rule === "hidden-nesting").map(({ action, rows }) => [action, rows]),
  };
}

interface Case {
  /** The local span takes 100 µs and as long as the call beside it (waits for it), or a time of its own. */
  waits: boolean;
  traces: number;
  /** Share of the calls that lie outside the local span. */
  outside?: number;
  /** The span beside is of another service. */
  remote?: boolean;
}

/** `A get` makes a local span `a` and, recorded beside it, a query to B while `a` runs. */
function traces({ waits, traces: n, outside = 0, remote = false }: Case): SpanLiteral[] {
  const random = new Random(1);
  return Array.from({ length: n }, (_, i): SpanLiteral[] => {
    const query = Math.round(random.lognormal(5000, 0.8));
    const work = waits ? 100.5 + query : 60_000.5 + Math.round(random.lognormal(5000, 0.8));
    const out = i < outside * n;
    return [
      { trace: `t${i}`, id: "r", api: "A get", at: [0, 300_000] },
      { trace: `t${i}`, id: "a", parent: "r", api: `${remote ? "C" : "A"} work`, at: [1000, 1000 + work] },
      {
        trace: `t${i}`,
        id: "q",
        parent: "r",
        api: "B query",
        at: out ? [200_000, 200_000 + query] : [1050, 1050 + query],
      },
    ];
  }).flat();
}

test("a call beside the local span that waits for it moves below that span, whose own time loses it", async () => {
  const { edges, own, nested } = await build(traces({ waits: true, traces: 60 }));
  expect(edges).toEqual({ "get > work": 60, "work > query": 60 });
  expect(own.work).toBe(101);
  expect(nested).toEqual([["repaired", 60]]);
});

test.each<[string, Case]>([
  ["the span beside does not wait for it", { waits: false, traces: 60 }],
  ["more than a tenth of its calls lie outside", { waits: true, traces: 60, outside: 0.15 }],
  ["there are fewer than 20 of them", { waits: true, traces: 19 }],
  ["the span beside is another service's", { waits: true, traces: 60, remote: true }],
])("it stays where %s", async (_, each) => {
  const { edges, nested } = await build(traces(each));
  expect(edges).toEqual({ "get > work": each.traces, "get > query": each.traces });
  expect(nested).toEqual([]);
});

test("a tenth of the calls may lie outside, and stay there", async () => {
  const { edges } = await build(traces({ waits: true, traces: 60, outside: 0.1 }));
  expect(edges).toEqual({ "get > work": 60, "work > query": 54, "get > query": 6 });
});

test("nests within nests are found from the outside in", async () => {
  const random = new Random(2);
  const spans = Array.from({ length: 60 }, (_, i): SpanLiteral[] => {
    const query = Math.round(random.lognormal(5000, 0.8));
    const at = (inset: number): [number, number] => [1000 + inset, 1300.5 + query - inset];
    return [
      { trace: `t${i}`, id: "r", api: "A get", at: [0, 300_000] },
      { trace: `t${i}`, id: "a", parent: "r", api: "A outer", at: at(0) },
      { trace: `t${i}`, id: "b", parent: "r", api: "A inner", at: at(50) },
      { trace: `t${i}`, id: "q", parent: "r", api: "B query", at: at(100) },
    ];
  });
  const { edges } = await build(spans.flat());
  expect(edges).toEqual({ "get > outer": 60, "outer > inner": 60, "inner > query": 60 });
});

test("does not depend on the order of rows, also where spans are equal in time", async () => {
  const spans = Array.from({ length: 40 }, (_, i): SpanLiteral[] => [
    { trace: `t${i}`, id: "r", api: "A get", at: [0, 300_000] },
    { trace: `t${i}`, id: "a", parent: "r", api: "A one", at: [1000, 2000.5 + 97 * i] },
    { trace: `t${i}`, id: "b", parent: "r", api: "A two", at: [1000, 2000.5 + 97 * i] },
    { trace: `t${i}`, id: "q", parent: "r", api: "B query", at: [1000, 2000.5 + 97 * i] },
  ]).flat();
  const numbered = spans.map((span, i) => ({ ...span, row: i + 1 }));
  expect(await build([...numbered].reverse())).toEqual(await build(numbered));
});
