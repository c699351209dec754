import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../lib/engine/engine.ts";
import { jaeger } from "../../lib/traces/jaeger.ts";
import type { JsonFormat, JsonSpan } from "../../lib/traces/jsonFormat.ts";
import { otlp } from "../../lib/traces/otlp.ts";
import { readJson } from "../../lib/traces/readJson.ts";
import { zipkin } from "../../lib/traces/zipkin.ts";
import { collectJson, isBalanced, type Row } from "./collectJson.ts";
import { cut } from "./cut.ts";
import { anySpans, toJaeger, toOtlp, toZipkin } from "./jsonSpans.ts";

const formats: [JsonFormat, (spans: readonly JsonSpan[]) => object[], (documents: object[]) => unknown][] = [
  [jaeger, toJaeger, (traces) => ({ data: traces, total: 0 })],
  [zipkin, toZipkin, (spans) => spans],
  [otlp, toOtlp, (requests) => requests],
];

const bytesOf = (text: string) => new TextEncoder().encode(text);
const lines = (documents: object[]) => documents.map((document) => `${JSON.stringify(document)}\n`).join("");

const expectedRows = (spans: readonly JsonSpan[]): Row[] =>
  spans.map(({ start, requestBytes, responseBytes, ...span }, i) => ({
    ...span,
    file: 3,
    row: BigInt(i + 1),
    caller_duration: null,
    request_bytes: requestBytes,
    response_bytes: responseBytes,
    start_ns: start,
  }));

describe.each(formats)("readJson of $name", (format, serialise, wrap) => {
  it("gives back any spans, in one document or on lines, however the bytes are cut", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(anySpans, fc.boolean(), sizes, async (spans, asLines, chunks) => {
        const documents = serialise(spans);
        const text = asLines ? lines(documents) : JSON.stringify(wrap(documents), null, spans.length % 3);
        const found = await collectJson(format, ...cut(bytesOf(text), chunks));
        expect(found.records).toEqual(expectedRows(spans));
        expect(found).toMatchObject({ rows: spans.length, accepted: spans.length, ledger: [] });
      }),
    );
  });

  it("counts every record of a damaged file, the same however the bytes are cut", async () => {
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat(30),
      insert: fc.uint8Array({ maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(
        anySpans,
        fc.boolean(),
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 3 }),
        async (spans, asLines, damages, chunks) => {
          const documents = serialise(spans);
          let bytes = [...bytesOf(asLines ? lines(documents) : JSON.stringify(wrap(documents)))];
          for (const { at, remove, insert } of damages) {
            const start = Math.floor(at * bytes.length);
            bytes = [...bytes.slice(0, start), ...insert, ...bytes.slice(start + remove)];
          }
          const whole = await collectJson(format, Uint8Array.from(bytes));
          expect(isBalanced(whole)).toBe(true);
          expect(await collectJson(format, ...cut(Uint8Array.from(bytes), chunks))).toEqual(whole);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keeps the documents before a break, and rejects the rest as one record", async () => {
    const spans = fc.sample(anySpans, { numRuns: 40, seed: 5 }).flat();
    const documents = serialise(spans);
    const text = JSON.stringify(wrap(documents));
    const found = await collectJson(format, text.slice(0, text.length * 0.7));
    expect(found.rules).toEqual({ "rejected truncated-json": 1 });
    expect(found.records).toEqual(expectedRows(spans.slice(0, found.accepted)));
    expect(found.accepted / spans.length).toBeCloseTo(0.7, 1);
    expect(found.ledger[0]!.example).toBe(BigInt(found.rows));

    const broken = documents.map((document, i) => JSON.stringify(document).slice(0, i % 4 === 3 ? -9 : undefined));
    const onLines = await collectJson(format, `${broken.join("\n")}\n`);
    expect(onLines.rules).toEqual({ "rejected truncated-json": Math.floor(spans.length / 4) });
    expect(onLines.accepted).toBe(spans.length - Math.floor(spans.length / 4));
  });

  it("keeps hostile names as they are, but for NUL and what is no Unicode", async () => {
    const [template] = fc.sample(
      anySpans.filter((spans) => spans.length > 0),
      { numRuns: 1, seed: 7 },
    )[0]!;
    const names = [
      "<script>alert(1)</script>",
      `"'; DROP TABLE spans; --`,
      "a\nb\r\tc",
      "%s#{x}",
      "x".repeat(10_000),
      "😀é",
    ];
    const kept = names.map((operation) => ({ ...template!, operation, id: operation, service: operation }));
    const fine = await collectJson(format, JSON.stringify(wrap(serialise(kept))));
    expect(fine.records.map(({ operation, service }) => [operation, service])).toEqual(names.map((n) => [n, n]));
    expect(fine.ledger).toEqual([]);

    const odd = [
      { ...template!, operation: "a\0b", service: "c\0d" },
      { ...template!, operation: "half \ud83d" },
    ];
    const repaired = await collectJson(format, JSON.stringify(wrap(serialise(odd))));
    expect(repaired.records.map(({ operation }) => operation)).toEqual(["a\ufffdb", "half \ufffd"]);
    expect(repaired.records[0]!.service).toBe("c\ufffdd");
    expect(repaired.rules).toEqual({ "repaired nul-in-text": 1, "repaired invalid-unicode": 1 });

    const [before, after] = JSON.stringify(wrap(serialise([{ ...template!, operation: "@@" }]))).split("@@");
    const invalid = await collectJson(format, bytesOf(before!), Uint8Array.of(0x61, 0xc3, 0x28), bytesOf(after!));
    expect(invalid.records.map(({ operation }) => operation)).toEqual(["a\ufffd("]);
    expect(invalid.rules).toEqual({ "repaired invalid-unicode": 1 });
  });

  it("survives noise and deep nesting", async () => {
    const noise = Uint8Array.from({ length: 20_000 }, (_, i) => (i * i * 31 + i * 7) % 251);
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const nested = `${'{"spans":'.repeat(10_000)}1${"}".repeat(10_000)}`;
    for (const content of [noise, deep, nested, `{"data":${deep}}`, `[${nested}`, "", "\n", "nonsense", "\0\0"]) {
      const found = await collectJson(format, content);
      expect(isBalanced(found)).toBe(true);
      expect(found.accepted).toBe(0);
    }
    expect((await collectJson(format, nested)).rows).toBe(1);
  });

  it("does not let a document change what objects are", async () => {
    const hostile = '{"__proto__":{"spans":[1],"error":true},"constructor":{"prototype":{"polluted":1}}}';
    const [documents] = fc.sample(anySpans, { numRuns: 1, seed: 3 }).map(serialise);
    const text = JSON.stringify(wrap(documents!)).replaceAll("{", `{"__proto__":${hostile},`);
    expect(isBalanced(await collectJson(format, text))).toBe(true);
    expect(({} as Row).polluted).toBeUndefined();
    expect(({} as Row).spans).toBeUndefined();
  });
});

describe("readJson", () => {
  it("stops when asked, and takes back what it had inserted", async () => {
    const controller = new AbortController();
    const chunk = bytesOf(lines(toZipkin(fc.sample(anySpans, { numRuns: 20, seed: 1 }).flat())));
    let cancelled = false;
    const statements: string[] = [];
    const engine = {
      open: async () =>
        new ReadableStream<Uint8Array>({
          pull: (stream) => stream.enqueue(chunk),
          cancel: () => {
            cancelled = true;
          },
        }),
      insert: async () => {},
      query: async (sql: string) => statements.push(sql),
    };
    const reading = readJson(
      { engine: engine as unknown as Engine, schema: "d" },
      { file: 0, path: "endless", format: zipkin },
      { signal: controller.signal, onProgress: (bytes) => bytes > 100_000 && controller.abort(new Error("enough")) },
    );
    await expect(reading).rejects.toThrow("enough");
    expect(cancelled).toBe(true);
    expect(statements).toEqual(["records", "rejected", "ledger"].map((t) => `DELETE FROM "d"."${t}" WHERE file = ?`));
  });

  it("reads gzip whatever the name, and refuses damaged gzip in one line", async () => {
    const spans = fc.sample(anySpans, { numRuns: 50, seed: 2 }).flat();
    const packed = new Uint8Array(gzipSync(JSON.stringify(toZipkin(spans))));
    expect((await collectJson(zipkin, packed)).records).toEqual(expectedRows(spans));
    await expect(collectJson(zipkin, packed.slice(0, packed.length / 2))).rejects.toThrow(/^[^\n]*gzip[^\n]*$/);
  });
});
