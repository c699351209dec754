import { describe, expect, it } from "vitest";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate, simulateBatches } from "../../lib/simulate/simulate.ts";
import { writeOtlp } from "../../lib/simulate/writeOtlp.ts";
import { hostileTopology } from "./hostileTopology.ts";

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

interface OtlpLine {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] };
    scopeSpans: { spans: OtlpSpan[] }[];
  }[];
}

const topology = hostileTopology();
const compiled = compile(topology);
const traces = 400;
const text = [...writeOtlp(topology, simulateBatches(compiled, { traces, seed: 1, batch: 100 }), { seed: 1 })].join("");
const lines = text
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as OtlpLine);
const executions = simulate(compiled, { traces, seed: 1 });

describe("writeOtlp", () => {
  it("writes one trace a line, each service once, ids of 16 and 8 bytes, unique", () => {
    expect(lines).toHaveLength(traces);
    const traceIds = new Set<string>();
    for (const { resourceSpans } of lines) {
      const services = resourceSpans.map(({ resource }) => resource.attributes[0]!.value.stringValue);
      expect(new Set(services).size).toBe(services.length);
      const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
      expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
      expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
      traceIds.add(spans[0]!.traceId);
      for (const span of spans) {
        expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
        expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
      }
    }
    expect(traceIds.size).toBe(traces);
  });

  it("has one root a trace, parents that are there, client spans around calls between services, order of time", () => {
    for (const { resourceSpans } of lines) {
      const all = resourceSpans.flatMap(({ resource, scopeSpans }) =>
        scopeSpans[0]!.spans.map((span) => ({ ...span, service: resource.attributes[0]!.value.stringValue })),
      );
      const byId = new Map(all.map((span) => [span.spanId, span]));
      const roots = all.filter((span) => !("parentSpanId" in span));
      expect(roots.map(({ kind }) => kind)).toEqual([2]);
      for (const { scopeSpans } of resourceSpans) {
        const starts = scopeSpans[0]!.spans.map((span) => BigInt(span.startTimeUnixNano));
        expect(starts.every((start, index) => index === 0 || start >= starts[index - 1]!)).toBe(true);
      }
      for (const span of all) {
        if (span.parentSpanId === undefined) continue;
        const parent = byId.get(span.parentSpanId)!;
        expect(parent).toBeDefined();
        if (span.kind === 3) expect([span.service, parent.kind]).toEqual([parent.service, 2]);
        else expect([span.kind, parent.kind]).toEqual([2, parent.service === span.service ? 2 : 3]);
        expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(parent.startTimeUnixNano));
      }
    }
  });

  it("keeps every execution's name and duration to the ns, and every name's characters", () => {
    const written = lines.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans[0]!.spans.filter(({ kind }) => kind !== 3)),
    );
    const key = (name: string, nanos: number) => JSON.stringify([name, nanos]);
    const found = written
      .map((span) => key(span.name, Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano))))
      .sort();
    const wanted = Array.from({ length: executions.length }, (_, row) =>
      key(topology.apis[executions.api[row]!]!.name, Math.round(executions.duration[row]! * 1000)),
    ).sort();
    expect(found).toEqual(wanted);
  });

  it("puts the network around the callee, and names the client span by the edge's operation or the callee", () => {
    const spans = lines.flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans[0]!.spans));
    const byId = new Map(spans.map((span) => [`${span.traceId} ${span.spanId}`, span]));
    const around = new Set<string>();
    for (const server of spans) {
      const client = byId.get(`${server.traceId} ${server.parentSpanId}`);
      if (client?.kind !== 3) continue;
      const before = Number(BigInt(server.startTimeUnixNano) - BigInt(client.startTimeUnixNano));
      const after = Number(BigInt(client.endTimeUnixNano) - BigInt(server.endTimeUnixNano));
      around.add(`${client.name} ${before} ${after}`);
    }
    expect([...around].sort()).toEqual(["GET /y 5000 5000", "Y 0 0"]);
  });

  it("gives the same text for the same seed, in whole lines", () => {
    const again = [...writeOtlp(topology, [executions], { seed: 1 })];
    expect(again.join("")).toBe(text);
    expect(again.every((chunk) => chunk.endsWith("\n"))).toBe(true);
    expect([...writeOtlp(topology, [executions], { seed: 2 })].join("")).not.toBe(text);
  });

  it("asks for batches only as its text is taken", () => {
    let asked = 0;
    function* batches() {
      for (const batch of simulateBatches(compiled, { traces: 20_000, seed: 1, batch: 500 })) {
        asked++;
        yield batch;
      }
    }
    const chunks = writeOtlp(topology, batches(), { seed: 1 });
    expect(asked).toBe(0);
    chunks.next();
    expect(asked).toBeLessThan(10);
  });
});
