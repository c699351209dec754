import { expect, test } from "vitest";
import type { RecordedSpan } from "../../datasets/otlp.ts";
import { collect } from "../../datasets/recording/collect.ts";
import { parseTraces } from "./otlpTraces.ts";

function span(trace: string, id: string, parent: string | undefined, start: bigint): RecordedSpan {
  const common = { service: "s", name: "n", kind: "server", end: start + 5n, error: false } as const;
  return {
    ...common,
    trace,
    id,
    ...(parent ? { parent } : {}),
    start,
    attributes: { bytes: 3, hit: true, peer: '"\n' },
  };
}

test("one line a trace, in order of start, without those that began before the load", () => {
  const text = collect(
    [
      span("c", "3", "4", 31n),
      span("b", "2", undefined, 20n),
      span("c", "4", undefined, 30n),
      span("a", "1", undefined, 9n),
    ],
    20n,
  );
  expect(text.endsWith("\n")).toBe(true);
  const traces = parseTraces(text);
  expect([...traces.keys()]).toEqual(["b", "c"]);
  expect(traces.get("c")!.map(({ id, parent, start, end }) => [id, parent, start, end])).toEqual([
    ["4", undefined, 30n, 35n],
    ["3", "4", 31n, 36n],
  ]);
  expect(traces.get("b")![0]!.attributes).toEqual({ bytes: "3", hit: "true", peer: '"\n' });
});

test("a trace with a span missing is refused", () => {
  expect(() => collect([span("a", "1", undefined, 1n), span("a", "2", "9", 2n)], 0n)).toThrow(
    "trace a: span 2 has no parent 9",
  );
});
