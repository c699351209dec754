import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { recordedLatencies } from "../../../lib/export/go/recordedLatencies.ts";

const folder = mkdtempSync(join(tmpdir(), "palette-spans-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const span = (kind: number, parentSpanId: string | undefined, name: string, took: number, model: number) => ({
  ...{ traceId: "t", spanId: "s", kind, name, startTimeUnixNano: "1700000000000000000" },
  ...(parentSpanId === undefined ? {} : { parentSpanId }),
  endTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(took * 1000)),
  attributes: [{ key: "palette.model_us", value: { doubleValue: model } }],
});

it("has what executions took, and what they drew, by API, and that of roots", async () => {
  const line = (service: string, spans: object[]) => {
    const resource = { attributes: [{ key: "service.name", value: { stringValue: service } }] };
    return `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })}\n`;
  };
  const path = join(folder, "spans.jsonl");
  const first = line("a", [span(2, undefined, "x", 20, 18), span(3, "s", "y", 9, 8)]);
  writeFileSync(path, `${first}\n${line("b", [span(2, "s", "y", 7, 6)])}${line("a", [span(2, "s", "x", 10, 9)])}`);
  const [took, model] = [await recordedLatencies(path, "took"), await recordedLatencies(path, "model")];
  expect(took.apis.map(({ service, name, durations }) => [service, name, ...durations])).toEqual([
    ["a", "x", 10, 20],
    ["b", "y", 7],
  ]);
  expect(model.apis.map(({ durations }) => [...durations])).toEqual([[9, 18], [6]]);
  expect(model.roots.map(({ service, durations }) => [service, ...durations])).toEqual([["a", 18]]);
});
