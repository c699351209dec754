import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { collectWalks } from "../../lib/executions/collectWalks.ts";
import { codesPerStage } from "../../lib/executions/segmentStages.ts";
import { insertSpans, readRows, type SpanLiteral } from "./insertSpans.ts";
import { runUpTo } from "./steps.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

async function collect(spans: SpanLiteral[]) {
  const dataset = await insertSpans(engine, spans);
  await runUpTo(dataset, collectWalks, 0.001);
  const executions = await readRows(
    dataset,
    `SELECT s.trace, s.id, e.own, e.edge, e.walk, w.walk_text
     FROM $executions e JOIN $walks w USING (walk) JOIN $spans s ON s.file = e.file AND s."row" = e."row" ORDER BY s."row"`,
  );
  const stages = await readRows(
    dataset,
    `SELECT s.id, g.stage, g.longest, g.longest_edge, g.gap, g.uncertain
     FROM $stages g JOIN $executions e ON e.span = g.parent JOIN $spans s ON s.file = e.file AND s."row" = e."row"
     ORDER BY s."row", g.stage`,
  );
  return { dataset, executions, stages };
}

const root: SpanLiteral = { id: "r", api: "A get", at: [0, 1000] };
const call = (id: string, at: [number, number], more: Partial<SpanLiteral> = {}): SpanLiteral => ({
  id,
  parent: "r",
  api: `B ${id}`,
  at,
  ...more,
});

/** Codes of calls by stage, edge and whether they are asynchronous, as `segmentStages` defines them. */
const codes = (...list: [stage: number, edge: number, asynchronous: 0 | 1][]) =>
  list.map(([stage, edge, asynchronous]) => stage * codesPerStage + edge * 2 + asynchronous).join(" ");

test("own time is the duration less each stage's longest synchronous call", async () => {
  const { executions, stages } = await collect([
    root,
    call("a", [100, 200]),
    call("b", [150, 400]),
    call("c", [500, 600.25]),
    call("d", [550, 900], { follows: true }),
  ]);
  expect(executions.map((row) => [row.id, row.own])).toEqual([
    ["r", 649.75],
    ["a", 100],
    ["b", 250],
    ["c", 100.25],
    ["d", 350],
  ]);
  expect(stages).toEqual([
    { id: "r", stage: 1, longest: 250, longest_edge: 1, gap: 100, uncertain: false },
    { id: "r", stage: 2, longest: 100.25, longest_edge: 2, gap: 100, uncertain: false },
  ]);
});

test("the longest call is told by what the caller waited, client's side included", async () => {
  const { executions, stages } = await collect([
    { ...root, kind: "server" },
    { ...call("a", [100, 700]), api: "A call", kind: "client" },
    { id: "s", parent: "a", api: "B get", at: [300, 400], kind: "server" },
  ]);
  expect(executions.map((row) => [row.id, row.own])).toEqual([
    ["r", 400],
    ["s", 100],
  ]);
  expect(stages).toMatchObject([{ longest: 600, gap: 100 }]);
});

test("clocks can make own time negative, and it is kept so", async () => {
  const { executions } = await collect([
    root,
    call("a", [0, 560], { api: "A work" }),
    call("b", [560, 1040], { api: "A work" }),
  ]);
  expect(executions[0]?.own).toBe(-40);
});

test("gaps count from the caller's start, then from the end of what ran before; overlap is no gap", async () => {
  const { stages } = await collect([
    root,
    call("a", [50, 300]),
    call("b", [60, 100]),
    call("c", [290, 500]),
    call("d", [700, 800]),
  ]);
  expect(stages.map((row) => [row.stage, row.gap])).toEqual([
    [1, 50],
    [2, 0],
    [3, 200],
  ]);
});

test("a stage of asynchronous calls alone takes nothing", async () => {
  const { executions, stages } = await collect([root, call("a", [50, 300], { follows: true })]);
  expect(executions[0]).toMatchObject({ own: 1000, walk_text: codes([0, 0, 1]) });
  expect(stages).toEqual([{ id: "r", stage: 0, longest: 0, longest_edge: null, gap: 0, uncertain: false }]);
});

test("a walk is the sorted codes of its calls; equal walks of an API are one, those of two APIs are two", async () => {
  const second = (span: SpanLiteral): SpanLiteral => ({ ...span, trace: "second" });
  const { dataset, executions } = await collect([
    root,
    call("a", [100, 200]),
    call("b", [150, 300], { follows: true }),
    call("c", [300, 400], { api: "B a" }),
    // The same calls at other times, recorded in another order.
    second(root),
    second(call("c", [500, 700], { api: "B a" })),
    second(call("b", [110, 120], { follows: true })),
    second(call("a", [100, 105])),
    second({ id: "z", parent: "c", api: "C leaf", at: [510, 520] }),
  ]);
  const walks = executions.filter((row) => row.id === "r");
  expect(walks.map((row) => row.walk_text)).toEqual(Array(2).fill(codes([1, 0, 0], [1, 1, 1], [2, 0, 0])));
  expect(walks[0]?.walk).toBe(walks[1]?.walk);
  const leaves = executions.filter((row) => row.walk_text === "");
  expect(new Set(leaves.map((row) => row.walk)).size).toBe(3);
  const table = await readRows(dataset, "SELECT walk, api, walk_text FROM $walks ORDER BY walk");
  expect(table.map((row) => row.walk)).toEqual(table.map((_, i) => i));
  expect(table.map((row) => row.api)).toEqual(table.map((row) => row.api).toSorted((x, y) => Number(x) - Number(y)));
});

test("roots have no edge, calls have theirs, and no execution is lost", async () => {
  const { executions } = await collect([root, call("a", [0, 1]), call("b", [2, 3]), call("c", [4, 5], { api: "B a" })]);
  expect(executions.map((row) => row.edge)).toEqual([null, 0, 1, 0]);
});
