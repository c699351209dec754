import { expect, test } from "vitest";
import { makeFigure1 } from "../../datasets/figure1/make.ts";
import {
  type Caller,
  figure1,
  meanLatency,
  meanLatencyUnconditioned,
  meanWork,
} from "../../datasets/figure1/scenario.ts";
import { type PlainSpan, parseTraces, readDataset } from "./otlpTraces.ts";

const text = readDataset("figure1/traces.jsonl.gz");
const traces = [...parseTraces(text).values()];

/** Spans of the traces that enter at a caller: its own, the client span and B's. */
function entering(caller: Caller): { root: PlainSpan; client: PlainSpan; work: PlainSpan }[] {
  return traces
    .map((spans) => ({
      root: spans.find((span) => !span.parent)!,
      client: spans.find((span) => span.kind === 3)!,
      work: spans.find((span) => span.service === "B")!,
    }))
    .filter(({ root }) => root.service === caller.service);
}

function microseconds(span: PlainSpan): number {
  return Number(span.end - span.start) / 1000;
}

/** Mean, and four standard errors of it. */
function meanOf(values: number[]): { mean: number; bound: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, bound: 4 * Math.sqrt(variance / values.length) };
}

test("the generator makes the committed traces again", () => {
  // The text and not its gzip bytes: zlib's differ from one processor to another.
  expect(makeFigure1() === text).toBe(true);
  expect(makeFigure1(2) === text).toBe(false);
});

test("each trace is caller, client span and B, nested in time", () => {
  expect(traces).toHaveLength(figure1.traces);
  for (const spans of traces) {
    expect(spans.map((span) => [span.kind, span.name])).toEqual([
      [2, spans[0]!.service === "A" ? "GET /a" : "GET /c"],
      [3, "POST /b"],
      [2, "POST /b"],
    ]);
    expect(spans.slice(1).map((span) => span.parent)).toEqual([spans[0]!.id, spans[1]!.id]);
    expect(spans[0]!.start <= spans[1]!.start && spans[1]!.start <= spans[2]!.start).toBe(true);
    expect(spans[0]!.end >= spans[1]!.end && spans[1]!.end >= spans[2]!.end).toBe(true);
  }
});

test.each(figure1.callers)("latency and work of $service have the closed form's means", (caller) => {
  const calls = entering(caller);
  const latency = meanOf(calls.map(({ root }) => microseconds(root)));
  const work = meanOf(calls.map(({ work }) => microseconds(work)));
  expect(Math.abs(latency.mean - meanLatency(caller))).toBeLessThan(latency.bound);
  expect(Math.abs(work.mean - meanWork(caller))).toBeLessThan(work.bound);
  expect(Math.abs(calls.length / traces.length - caller.share)).toBeLessThan(
    4 * Math.sqrt((caller.share * (1 - caller.share)) / traces.length),
  );
});

test("C asks for ten times the work, and a model without conditioning shifts A about ten times", () => {
  const [a, c] = figure1.callers as [Caller, Caller];
  expect(meanWork(c) / meanWork(a)).toBe(10);
  const latencies = entering(a)
    .map(({ root }) => microseconds(root))
    .sort((x, y) => x - y);
  const shift = meanLatencyUnconditioned() / latencies[latencies.length >> 1]!;
  expect(shift).toBeGreaterThan(8);
  expect(shift).toBeLessThan(12);
});

test("sizes follow the items asked for, on both sides of the call", () => {
  const { low, high } = figure1.callers[0]!.items;
  for (const { client, work } of entering(figure1.callers[0]!)) {
    const size = Number(client.attributes["http.request.body.size"]);
    const items = (size - 64) / 24;
    expect(Number.isInteger(items) && items >= low && items <= high).toBe(true);
    expect(client.attributes["http.response.body.size"]).toBe(String(figure1.worker.responseBytes(items)));
    expect(work.attributes["http.request.body.size"]).toBe(String(size));
  }
});
