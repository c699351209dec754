import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openDuckDBNode } from "../../../lib/engine/duckdbNode.ts";
import { collectSpans } from "../../../lib/export/go/collectSpans.ts";
import { recordedLatencies } from "../../../lib/export/go/recordedLatencies.ts";
import { readLedger } from "../../../lib/traces/ledger.ts";
import { readTraces } from "../../../lib/traces/readTraces.ts";

const folder = mkdtempSync(join(tmpdir(), "palette-spans-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const span = (kind: number, parentSpanId: string | undefined, name: string, took: number, model: number) => ({
  ...{ traceId: "t", spanId: "s", kind, name, startTimeUnixNano: "1700000000000000000" },
  ...(parentSpanId === undefined ? {} : { parentSpanId }),
  endTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(took * 1000)),
  attributes: [{ key: "palette.model_us", value: { doubleValue: model } }],
});

const line = (service: string, spans: object[]) => {
  const resource = { attributes: [{ key: "service.name", value: { stringValue: service } }] };
  return `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })}\n`;
};

it("has what executions took, and what they drew, by API, and that of roots", async () => {
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

it("rejects half a line by its number, says so of a process's file, and keeps the next one's whole", async () => {
  const whole = line("a", [span(2, undefined, "x", 20, 18)]);
  writeFileSync(join(folder, "spans-0.jsonl"), `${whole}${whole.slice(0, 90)}`);
  writeFileSync(join(folder, "spans-1.jsonl"), whole);
  const path = join(folder, "together.jsonl");
  expect(await collectSpans(folder, path)).toEqual([
    "spans: spans-0.jsonl ends in half a line, which readers will reject",
  ]);
  const rejected: string[] = [];
  const { roots } = await recordedLatencies(path, "took", (reason) => rejected.push(reason));
  expect([...roots[0]!.durations]).toEqual([20, 20]);
  expect(rejected).toEqual([`${path}: line 2 is cut off after 90 characters: its spans are rejected`]);
  await expect(recordedLatencies(path, "took")).rejects.toThrow(rejected[0]!);
  const engine = await openDuckDBNode();
  try {
    const dataset = { engine, schema: "cut" };
    await readTraces(dataset, [path]);
    const { read, accepted, rules } = await readLedger(dataset);
    expect([read, accepted]).toEqual([3, 2]);
    expect(rules).toMatchObject([{ file: path, rule: "truncated-json", rows: 1, example: 2 }]);
  } finally {
    await engine.close();
  }
});
