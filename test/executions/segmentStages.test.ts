import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { segmentStages } from "../../lib/executions/segmentStages.ts";
import { insertSpans, readRows, type SpanLiteral } from "./insertSpans.ts";
import { runUpTo } from "./steps.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

async function segment(spans: SpanLiteral[], resolution: number) {
  const dataset = await insertSpans(engine, spans);
  await runUpTo(dataset, segmentStages, resolution);
  const calls = await readRows(
    dataset,
    `SELECT s.id, c.stage, c.uncertain FROM $stage_calls c JOIN $executions e USING (span)
       JOIN $spans s ON s.file = e.file AND s."row" = e."row" ORDER BY s."row"`,
  );
  return {
    dataset,
    stages: Object.fromEntries(calls.map((call) => [call.id, call.stage])),
    uncertain: calls.filter((call) => call.uncertain).map((call) => call.id),
  };
}

/** One execution of `A get`, [0, 100 ms], with calls named a, b, c, … to APIs of their own. */
function calls(...at: [number, number][]): SpanLiteral[] {
  const names = "abcdefghij";
  return [
    { id: "root", api: "A get", at: [0, 100_000] },
    ...at.map((each, i): SpanLiteral => ({ id: names[i] as string, parent: "root", api: `B ${names[i]}`, at: each })),
  ];
}

test("numbers edges by caller and callee, with their calls, their kind and their most frequent client", async () => {
  const client = (id: string, name: string): SpanLiteral[] => [
    { id, parent: "root", api: `A ${name}`, at: [10, 20], kind: "client" },
    { id: `${id}s`, parent: id, api: "B get", at: [12, 18], kind: "server" },
  ];
  const { dataset } = await segment(
    [
      { id: "root", api: "A get", at: [0, 1000], kind: "server" },
      ...client("1", "z-call"),
      ...client("2", "z-call"),
      ...client("3", "a-call"),
      { id: "4", parent: "1s", api: "C put", at: [13, 14], kind: "server" },
      { id: "5", parent: "root", api: "A work", at: [30, 40], kind: "internal" },
      { id: "6", parent: "root", api: "C put", at: [50, 5000], kind: "server" },
    ],
    0.001,
  );
  const edges = await readRows(
    dataset,
    `SELECT k.edge, a.operation AS caller, b.service || ' ' || b.operation AS callee, k.calls, k.remote, k.asynchronous,
       c.operation AS client
     FROM $edges k JOIN $names a ON a.api = k.caller JOIN $names b ON b.api = k.callee LEFT JOIN $names c ON c.api = k.client_api
     ORDER BY k.edge`,
  );
  expect(edges).toEqual([
    { edge: 0, caller: "get", callee: "A work", calls: 1, remote: false, asynchronous: 0, client: null },
    { edge: 1, caller: "get", callee: "B get", calls: 3, remote: true, asynchronous: 0, client: "z-call" },
    { edge: 2, caller: "get", callee: "C put", calls: 1, remote: true, asynchronous: 1, client: null },
    { edge: 3, caller: "get", callee: "C put", calls: 1, remote: true, asynchronous: 0, client: null },
  ]);
});

test("of two equally frequent clients the same one names the edge, whatever the order of rows", async () => {
  const spans = ["b-call", "a-call"].flatMap((name, i): SpanLiteral[] => [
    { id: `c${i}`, parent: "root", api: `A ${name}`, at: [10 * i, 10 * i + 9], kind: "client" },
    { id: `s${i}`, parent: `c${i}`, api: "B get", at: [10 * i + 1, 10 * i + 8], kind: "server" },
  ]);
  const named = async (rows: SpanLiteral[]) => {
    const { dataset } = await segment([{ id: "root", api: "A get", at: [0, 1000], kind: "server" }, ...rows], 0.001);
    const [edge] = await readRows(dataset, "SELECT operation FROM $edges JOIN $names n ON n.api = client_api");
    return edge?.operation;
  };
  expect(await named(spans)).toBe(await named([...spans].reverse()));
});

describe("on a ns clock", () => {
  test("a stage is a maximal group of calls that overlap, also through a third", async () => {
    const { stages } = await segment(
      calls([0, 10_000], [9_000, 20_000], [19_000, 30_000], [30_000, 40_000], [50_000, 60_000]),
      0.001,
    );
    expect(stages).toEqual({ a: 1, b: 1, c: 1, d: 2, e: 3 });
  });

  test("the running maximum of ends counts, not the end of the call before", async () => {
    const { stages } = await segment(calls([0, 50_000], [10_000, 20_000], [30_000, 40_000], [50_000, 60_000]), 0.001);
    expect(stages).toEqual({ a: 1, b: 1, c: 1, d: 2 });
  });

  test("a call may begin 5 % of itself before the stage's end, and at most 50 µs", async () => {
    const { stages } = await segment(calls([0, 1000], [951, 1951]), 0.001);
    expect(stages).toEqual({ a: 1, b: 2 });
    expect((await segment(calls([0, 1000], [949, 1949]), 0.001)).stages).toEqual({ a: 1, b: 1 });
    expect((await segment(calls([0, 1000], [951, 9000]), 0.001)).stages).toEqual({ a: 1, b: 2 });
    expect((await segment(calls([0, 1000], [949, 9000]), 0.001)).stages).toEqual({ a: 1, b: 1 });
    expect((await segment(calls([0, 1000], [995.5, 1095.5]), 0.001)).stages).toEqual({ a: 1, b: 2 });
    expect((await segment(calls([0, 1000], [994.5, 1094.5]), 0.001)).stages).toEqual({ a: 1, b: 1 });
  });

  test("a call without length, at the end of another, follows it", async () => {
    expect((await segment(calls([0, 1000], [1000, 1000], [1000, 1000]), 0.001)).stages).toEqual({ a: 1, b: 2, c: 3 });
  });
});

test("on a µs clock, the shortest calls at one time are concurrent", async () => {
  expect((await segment(calls([10, 11], [10, 11], [11, 12]), 1)).stages).toEqual({ a: 1, b: 1, c: 2 });
});

test("asynchronous calls belong to the stage last begun, or to stage 0, and begin none", async () => {
  const spans = calls([10, 20], [100, 200], [110, 120], [250, 300], [400, 500]);
  const { stages } = await segment(
    spans.map((span) => ({ ...span, follows: ["a", "c", "d"].includes(span.id) })),
    0.001,
  );
  expect(stages).toEqual({ a: 0, b: 1, c: 1, d: 1, e: 2 });
});

test("a call that outlives its caller does not extend the stage", async () => {
  const { stages } = await segment(calls([10, 999_000], [100, 200], [300, 400]), 0.001);
  expect(stages).toEqual({ a: 0, b: 1, c: 2 });
});

describe("on a ms clock", () => {
  test("calls at least a tick apart follow each other, and those that overlap by one are concurrent, for certain", async () => {
    const { stages, uncertain } = await segment(calls([0, 3000], [4000, 6000], [5000, 8000], [7000, 7000]), 1000);
    expect(stages).toEqual({ a: 1, b: 2, c: 2, d: 2 });
    expect(uncertain).toEqual([]);
  });

  test("calls that start in the tick in which another ends have an unknown order, and follow unless known better", async () => {
    const { stages, uncertain } = await segment(calls([0, 3000], [3000, 6000]), 1000);
    expect(stages).toEqual({ a: 1, b: 2 });
    expect(uncertain).toEqual(["b"]);
  });

  const pair = (trace: string, second: [number, number]): SpanLiteral[] => [
    { trace, id: `${trace}r`, api: "A get", at: [0, 50_000] },
    { trace, id: `${trace}x`, parent: `${trace}r`, api: "B x", at: [0, 3000] },
    { trace, id: `${trace}y`, parent: `${trace}r`, api: "B y", at: second },
  ];

  test("where the edge's certain calls overlap, so do those of unknown order", async () => {
    const { stages, uncertain } = await segment(
      [...pair("1", [1000, 5000]), ...pair("2", [2000, 5000]), ...pair("3", [9000, 9500]), ...pair("4", [3000, 6000])],
      1000,
    );
    expect(stages).toMatchObject({ "1y": 1, "2y": 1, "3y": 2, "4y": 1 });
    expect(uncertain).toEqual(["4y"]);
  });

  test("where they follow, or are as many, so do those of unknown order", async () => {
    const { stages } = await segment(
      [...pair("1", [1000, 5000]), ...pair("2", [9000, 9900]), ...pair("3", [3000, 6000])],
      1000,
    );
    expect(stages).toMatchObject({ "1y": 1, "2y": 2, "3y": 2 });
  });

  test("calls too short to be measured follow each other", async () => {
    const { stages, uncertain } = await segment(calls([0, 3000], [3000, 3000], [3000, 3000]), 1000);
    expect(stages).toEqual({ a: 1, b: 2, c: 3 });
    expect(uncertain).toEqual([]);
  });
});
