import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import { collectPfaWalks } from "../../lib/pfa/collectPfaWalks.ts";
import { insertSpans, readRows, type SpanLiteral } from "../executions/insertSpans.ts";
import { weightOf } from "./walks.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

/** Traces of A and of C, both of which call B, which calls D and then twice E; in every other trace D alone. */
function traces(n: number): SpanLiteral[] {
  return Array.from({ length: n }, (_, i): SpanLiteral[] => {
    const trace = `trace ${i}`;
    const span = (id: string, parent: string | undefined, api: string, at: [number, number]): SpanLiteral => ({
      trace,
      id,
      parent,
      api,
      at,
    });
    const both = i % 2 === 0;
    return [
      span("r", undefined, i % 3 === 0 ? "A get" : "C get", [0, 1001]),
      span("b", "r", "B get", [100, 900]),
      span("d", "b", "D get", [200, 300]),
      ...(both ? [span("e", "b", "E get", [350, 400]), span("f", "b", "E get", [360, 450])] : []),
    ];
  }).flat();
}

test("gives each API's distinct walks with their executions by caller and fold, own times and gaps", async () => {
  const n = 60;
  const dataset = await insertSpans(engine, traces(n));
  await buildExecutions(dataset);
  await splitTraces(dataset, 0, 1);
  const byApi = await collectPfaWalks(dataset);
  const names = await readRows(dataset, "SELECT api, service FROM $names");
  const apiOf = Object.fromEntries(names.map((row) => [row.service, Number(row.api)]));
  const walks = byApi.get(apiOf.B as number) ?? [];
  expect(walks.map((walk) => walk.stages.map(({ calls }) => calls.map(({ count }) => count))).sort()).toEqual([
    [[1]],
    [[1], [2]],
  ]);
  const long = walks.find(({ stages }) => stages.length === 2)!;
  expect(weightOf(long)).toBe(n / 2);
  expect(Object.fromEntries(long.counts.map(({ caller, folds }) => [caller, folds[0] + folds[1]]))).toEqual({
    [apiOf.A as number]: n / 6,
    [apiOf.C as number]: n / 3,
  });
  // 800 less D's 100 and the longer E's 90; gaps of 100 before D and 50 after it.
  expect(long.own).toBe((n / 2) * 610);
  expect(long.stageSums).toEqual([
    { gap: (n / 2) * 100, uncertain: 0, runs: n / 2 },
    { gap: (n / 2) * 50, uncertain: 0, runs: n / 2 },
  ]);
  const entries = byApi.get(apiOf.A as number) ?? [];
  expect(entries.flatMap(({ counts }) => counts.map(({ caller }) => caller))).toEqual([-1]);
});

test("leaves out what is held out", async () => {
  const dataset = await insertSpans(engine, traces(200));
  await buildExecutions(dataset);
  await splitTraces(dataset, 0.5, 1);
  const [split] = await readRows(dataset, "SELECT count(*) FILTER (WHERE NOT test) AS kept FROM $split");
  const names = await readRows(dataset, "SELECT api FROM $names WHERE service = 'B'");
  const walks = (await collectPfaWalks(dataset)).get(Number(names[0]?.api)) ?? [];
  expect(walks.reduce((sum, walk) => sum + weightOf(walk), 0)).toBe(split?.kept);
  expect(split?.kept).toBeLessThan(140);
});
