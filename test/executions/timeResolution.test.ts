import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { timeResolution } from "../../lib/executions/timeResolution.ts";
import { insertSpans, readRows } from "./insertSpans.ts";
import { runUpTo } from "./steps.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

/** Spans of APIs by their durations, µs; gives the data set's resolution and each API's. */
async function resolutions(durations: Record<string, number[]>) {
  const spans = Object.entries(durations).flatMap(([name, list]) =>
    list.map((duration, i) => ({ id: `${name}${i}`, api: `S ${name}`, at: [0, duration] as [number, number] })),
  );
  const dataset = await insertSpans(engine, spans);
  const resolution = await runUpTo(dataset, timeResolution);
  const names = await readRows(dataset, "SELECT operation, resolution FROM $names ORDER BY operation");
  return { resolution, apis: Object.fromEntries(names.map((row) => [row.operation, row.resolution])) };
}

const times = (n: number, value: number) => Array.from({ length: n }, () => value);

test("tells ms, µs and ns clocks by the digits of durations", async () => {
  const { apis } = await resolutions({ ms: [1000, 7000], us: [1500, 3], ns: [1000.25, 2] });
  expect(apis).toEqual({ ms: 1000, us: 1, ns: 0.001 });
});

test("up to one duration in a hundred may be finer", async () => {
  const { apis } = await resolutions({ ms: [...times(99, 2000), 5], us: [...times(98, 2000), 5, 5] });
  expect(apis).toEqual({ ms: 1000, us: 1 });
});

test("the data set's is that of its least exact tenth of spans", async () => {
  expect((await resolutions({ ms: times(10, 1000), ns: times(90, 0.5) })).resolution).toBe(1000);
  expect((await resolutions({ ms: times(9, 1000), ns: times(91, 0.5) })).resolution).toBe(0.001);
  expect((await resolutions({ ms: times(5, 1000), us: times(5, 3), ns: times(90, 0.5) })).resolution).toBe(1);
});

test("an API that never lasts takes the data set's", async () => {
  const { resolution, apis } = await resolutions({ us: [3], zero: [0, 0, 0] });
  expect(resolution).toBe(1);
  expect(apis.zero).toBe(1);
});

test("where nothing lasts, and where there is nothing, it is the finest", async () => {
  expect(await resolutions({ zero: [0, 0] })).toEqual({ resolution: 0.001, apis: { zero: 0.001 } });
  expect((await resolutions({})).resolution).toBe(0.001);
});
