import { describe, expect, it } from "vitest";
import { type ApiSamples, latencySamples, samplesKey } from "../../lib/compare/latencySamples.ts";
import { readExecutions, readTrace } from "../../lib/compare/readExecutions.ts";
import { readSamples } from "../../lib/compare/readSamples.ts";
import type { Executions } from "../../lib/simulate/executions.ts";
import { tableOf } from "../../lib/traces/dataset.ts";
import { csv, TraceFolder } from "../traces/traceFolder.ts";
import { openedDataset, readySet } from "./openedDataset.ts";

const recording = await openedDataset([readySet("recording")]);
const folder = new TraceFolder();
const header = ["TraceID", "SpanID", "ParentID", "PodName", "OperationName", "StartTimeUnixNano", "EndTimeUnixNano"];

const asMap = (samples: ApiSamples[]) => new Map(samples.map((one) => [samplesKey(one), one.durations]));

/** Checks what every batch of executions promises: whole traces one after the other, callers before their callees. */
function expectOrdered({ length, traces, trace, parent }: Executions): void {
  const rows = Array.from({ length }, (_, row) => row);
  expect(rows.filter((row) => row > 0 && trace[row]! < trace[row - 1]!)).toEqual([]);
  expect(new Set(trace).size).toBe(traces);
  expect(rows.filter((row) => parent[row]! >= row)).toEqual([]);
  expect(rows.filter((row) => parent[row]! >= 0 && trace[parent[row]!] !== trace[row])).toEqual([]);
  expect(rows.filter((row) => parent[row]! < 0).length).toBe(traces);
}

describe("readExecutions", () => {
  it.each(["train", "test", "both"] as const)(
    "has the executions whose latencies readSamples has: %s",
    async (half) => {
      const { executions, names } = await readExecutions(recording, 1e6, half);
      expectOrdered(executions);
      const [found, expected] = [latencySamples(executions, names), await readSamples(recording, half)];
      for (const list of ["apis", "roots"] as const) expect(asMap(found[list])).toEqual(asMap(expected[list]));
    },
  );

  it("names the edge, the stage and the waiting time of each call", async () => {
    const { executions } = await readExecutions(recording, 1e6);
    const rows = await recording.engine.query(`
      SELECT count(*) FILTER (asynchronous)::DOUBLE AS asynchronous, count(DISTINCT edge)::DOUBLE AS edges,
        sum(round(waited * 1000)::BIGINT)::DOUBLE AS waited, count(*)::DOUBLE AS n
      FROM ${tableOf(recording, "executions")}`);
    const { asynchronous, edges, waited, n } = rows.get(0)!;
    expect(executions.length).toBe(n);
    expect(executions.asynchronous.reduce((sum, one) => sum + one, 0)).toBe(asynchronous);
    expect(new Set(executions.edge.filter((edge) => edge >= 0)).size).toBe(edges);
    expect(executions.waited.reduce((sum, one) => sum + Math.round(one * 1000), 0)).toBe(waited);
    const calls = Array.from({ length: executions.length }, (_, row) => row).filter(
      (row) => executions.parent[row]! >= 0,
    );
    for (const row of calls) expect(executions.waited[row]!).toBeGreaterThanOrEqual(0);
    expect(Math.max(...calls.map((row) => executions.stage[row]!))).toBeGreaterThan(0);
  });

  it("has whole traces only, about as many as asked for", async () => {
    const { executions } = await readExecutions(recording, 300);
    expectOrdered(executions);
    expect(Math.abs(executions.traces - 300)).toBeLessThan(4 * Math.sqrt(300));
  });

  it("puts a caller first though its clock is ahead, and leaves fragments out", async () => {
    const rows = [
      ["t", "a", "root", "shop", "buy", 5_000_000, 9_000_000],
      ["t", "b", "a", "cart", "add", 1_000_000, 2_000_000],
      ["t", "c", "b", "db", "read", 500_000, 900_000],
      ["t", "d", "gone", "shop", "buy", 6_000_000, 7_000_000],
    ];
    const dataset = await openedDataset([folder.write("ahead.csv", csv([header, ...rows]))]);
    const { executions, names } = await readExecutions(dataset, 10);
    expectOrdered(executions);
    expect(Array.from(executions.api, (api) => names.apis[api]!.name)).toEqual(["buy", "add", "read"]);
    expect([...executions.parent]).toEqual([-1, 0, 1]);
  });
});

describe("readTrace", () => {
  it("reads one trace by its id, whatever characters that has", async () => {
    const id = 'it\'s "t" ; --';
    const rows = [
      [id, "a", "root", "shop", "buy", 1_000_000, 9_000_000],
      ["u", "a", "root", "shop", "buy", 1_000_000, 5_000_000],
    ];
    const dataset = await openedDataset([folder.write("ids.csv", csv([header, ...rows]))]);
    const { executions } = await readTrace(dataset, id);
    expect([...executions.duration]).toEqual([8000]);
    await expect(readTrace(dataset, "v")).rejects.toThrow(/^trace "v" is not in the data set$/);
  });
});
