import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import { readGraph } from "../../lib/topology/readGraph.ts";
import { tableOf } from "../../lib/traces/dataset.ts";
import { insertSpans, type SpanLiteral } from "../executions/insertSpans.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

async function read(spans: SpanLiteral[], holdout = 0) {
  const dataset = await insertSpans(engine, spans);
  await engine.query(`UPDATE ${tableOf(dataset, "files")} SET path = '/some/folder/of mine/file' || file || '.csv'`);
  await buildExecutions(dataset);
  await splitTraces(dataset, holdout, 1);
  return readGraph(dataset);
}

/** Traces of A that call B twice, one call failing; then one more trace of C. */
const spans: SpanLiteral[] = [
  ...Array.from({ length: 4 }, (_, i): SpanLiteral[] => [
    { trace: `t${i}`, id: "r", api: "A get", at: [i * 1e6, i * 1e6 + 1000.5], kind: "server" },
    { trace: `t${i}`, id: "c", parent: "r", api: "A call", at: [i * 1e6 + 100, i * 1e6 + 300.5], kind: "client" },
    {
      trace: `t${i}`,
      id: "s",
      parent: "c",
      api: "B get",
      at: [i * 1e6 + 150, i * 1e6 + 250.25],
      kind: "server",
      error: i === 0,
    },
    { trace: `t${i}`, id: "l", parent: "r", api: "A work", at: [i * 1e6 + 400, i * 1e6 + 500.5], kind: "internal" },
  ]).flat(),
  { trace: "u", id: "r", api: "C get", at: [5e6, 5e6 + 10.5], file: 1 },
  { trace: "u", id: "x", parent: "gone", api: "B get", at: [5e6 + 2, 5e6 + 3.5], file: 1 },
];

test("services, APIs with their executions and errors, and edges with their kind and client", async () => {
  const graph = await read(spans);
  expect(graph.services).toEqual(["A", "B", "C"].map((name) => ({ id: name, name })));
  expect(
    graph.apis.map(({ id, service, name, executions, errors }) => [id, service, name, executions, errors]),
  ).toEqual([
    ["A: get", "A", "get", 4, 0],
    ["A: work", "A", "work", 4, 0],
    ["B: get", "B", "get", 5, 0.2],
    ["C: get", "C", "get", 1, 0],
  ]);
  expect(graph.edges).toEqual([
    { id: "e0", caller: "A: get", callee: "A: work", kind: "local", calls: 4, asynchronous: 0 },
    { id: "e1", caller: "A: get", callee: "B: get", kind: "remote", operation: "call", calls: 4, asynchronous: 0 },
  ]);
  expect(graph.outgoing.get("A: get")?.map(({ id }) => id)).toEqual(["e0", "e1"]);
  expect(graph.outgoing.get("C: get")).toEqual([]);
});

test("numbers and ids name each other", async () => {
  const graph = await read(spans);
  for (const { number, id } of graph.apis) expect(graph.apiId(number)).toBe(id);
  for (const { id } of graph.edges) expect(graph.edgeId(graph.edgeNumber(id))).toBe(id);
});

test("means of an API: own time, calls an execution, and their network", async () => {
  const graph = await read(spans);
  const number = graph.apis.find(({ id }) => id === "A: get")?.number as number;
  expect(graph.simple(number)).toEqual({
    ownTime: 1000.5 - 200.5 - 100.5,
    calls: [
      { edge: "e0", mean: 1, asynchronous: false },
      { edge: "e1", mean: 1, asynchronous: false, network: expect.closeTo(100.25, 6) },
    ],
  });
});

test("the workload counts entries, not fragments: rate between the first and the last", async () => {
  const { workload } = await read(spans);
  expect(workload).toEqual({
    arrivals: "poisson",
    rate: 0.8,
    duration: 5e6,
    mix: [
      { api: "A: get", probability: 0.8, executions: 4 },
      { api: "C: get", probability: 0.2, executions: 1 },
    ],
  });
});

test("a pause between recordings counts neither as time nor as a gap between arrivals", async () => {
  const month = 30 * 86_400e6;
  const starts = [0, month].flatMap((origin) => Array.from({ length: 20 }, (_, i) => origin + i * 1e6));
  const traces = starts.map((at, i): SpanLiteral => ({ trace: `t${i}`, id: "r", api: "A get", at: [at, at + 500.5] }));
  expect((await read(traces)).workload).toMatchObject({ rate: 1, duration: 38e6 });
});

test("one entry call has no rate: one a second stands for it", async () => {
  expect((await read([{ id: "a", api: "A get", at: [7, 9.5] }])).workload).toMatchObject({ rate: 1, duration: 0 });
});

test("sources are files by their name alone", async () => {
  expect((await read(spans)).sources).toEqual([
    { file: "file0.csv", format: "test", rows: 16 },
    { file: "file1.csv", format: "test", rows: 2 },
  ]);
});

test("APIs whose ids would be the same are told apart", async () => {
  const { apis, services } = await read([
    { trace: "1", id: "a", api: "S: a b", at: [0, 1.5] },
    { trace: "2", id: "a", api: "S a: b", at: [0, 1.5] },
    { trace: "3", id: "a", api: "S: a: b", at: [0, 1.5] },
  ]);
  expect(services.map(({ id }) => id).sort()).toEqual(["S", "S:"]);
  expect(new Set(apis.map(({ id }) => id)).size).toBe(3);
});

test("what is held out is not there", async () => {
  expect((await read(spans, 1)).apis).toEqual([]);
});
