import { describe, expect, it } from "vitest";
import { zipkin } from "../../lib/traces/zipkin.ts";
import { collectJson, isBalanced, type Row } from "./collectJson.ts";

const span = (fields: object = {}) => ({
  traceId: "14b60fd9ae504820",
  id: "60e1ace16723844a",
  name: "get /x",
  timestamp: 1543549826259342,
  duration: 2120,
  localEndpoint: { serviceName: "front", ipv4: "10.6.83.20" },
  ...fields,
});
const read = (...spans: unknown[]) => collectJson(zipkin, JSON.stringify(spans));
const only = async (fields: object): Promise<Row> => (await read(span(fields))).records[0]!;

describe("zipkin", () => {
  it("reads a span", async () => {
    expect((await read(span({ parentId: "cbab506b53f336fc", kind: "CLIENT" }))).records).toEqual([
      {
        file: 3,
        row: 1n,
        trace: "14b60fd9ae504820",
        id: "60e1ace16723844a",
        parent: "cbab506b53f336fc",
        service: "front",
        operation: "get /x",
        kind: "client",
        duration: 2120,
        caller_duration: null,
        error: false,
        follows: false,
        peer: null,
        request_bytes: null,
        response_bytes: null,
        start_ns: 1543549826259342000n,
      },
    ]);
  });

  it("reads arrays, arrays of arrays, and lines", async () => {
    const { records } = await read(span({ id: "1" }), span({ id: "2" }));
    const [one, two] = [span({ id: "1" }), span({ id: "2" })];
    for (const text of [
      JSON.stringify([[one], [two]], null, 4),
      `${JSON.stringify(one)}\n${JSON.stringify(two)}\n`,
      `${JSON.stringify([one])}\n${JSON.stringify([two])}\n`,
    ]) {
      expect((await collectJson(zipkin, text)).records).toEqual(records);
    }
  });

  it("accepts both sides of a call that share an id", async () => {
    const { records } = await read(span({ kind: "CLIENT" }), span({ kind: "SERVER", shared: true }));
    expect(records.map(({ id, kind }) => [id, kind])).toEqual([
      ["60e1ace16723844a", "client"],
      ["60e1ace16723844a", "server"],
    ]);
  });

  it("takes the peer of a calling span, and errors and sizes from the tags", async () => {
    const remoteEndpoint = { serviceName: "db" };
    expect(await only({ kind: "CLIENT", remoteEndpoint })).toMatchObject({ peer: "db" });
    expect(await only({ kind: "PRODUCER", remoteEndpoint })).toMatchObject({ peer: "db", kind: "producer" });
    expect(await only({ kind: "SERVER", remoteEndpoint })).toMatchObject({ peer: null });
    expect(await only({ tags: { error: "timeout", request_size: "7", "http.response.size": "8" } })).toMatchObject({
      error: true,
      request_bytes: 7,
      response_bytes: 8,
    });
    expect(await only({ tags: { error: "" } })).toMatchObject({ error: true });
    expect(await only({ tags: { error: "false", response_size: "many" } })).toMatchObject({
      error: false,
      response_bytes: null,
    });
  });

  it("rejects unfinished spans, and what is no span", async () => {
    const found = await read(
      span({ duration: undefined }),
      span({ duration: undefined, timestamp: undefined }),
      span({ timestamp: 0 }),
      span({ traceId: undefined }),
      span({ id: "0000" }),
      [7, null],
      span(),
    );
    expect(found.rejected.map(({ row, rule, column }) => [row, rule, column])).toEqual([
      [1n, "missing-duration", "duration"],
      [2n, "missing-start", "timestamp"],
      [3n, "missing-start", "timestamp"],
      [4n, "missing-trace-id", "traceId"],
      [5n, "missing-span-id", "id"],
      [6n, "no-span", ""],
      [7n, "no-span", ""],
    ]);
    expect(isBalanced(found)).toBe(true);
  });

  it("refuses version 1 in one line, and takes back what it had read", async () => {
    const old = { traceId: "1", id: "2", name: "x", annotations: [{ timestamp: 1, value: "cs", endpoint: {} }] };
    await expect(read(span(), old)).rejects.toThrow(/^is Zipkin JSON of version 1 .*: version 2 is expected$/);
    await expect(read({ traceId: "1", id: "2", binaryAnnotations: [] })).rejects.toThrow(/version 1/);
    expect(zipkin.detects(JSON.stringify([old]))).toBe(true);
  });

  it("knows its files", () => {
    expect(zipkin.detects(JSON.stringify([span()]))).toBe(true);
    expect(zipkin.detects('{"data":[{"traceID":"1","spans":[]}]}')).toBe(false);
    expect(zipkin.detects('{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"1","spanId":"2"}]}]}]}')).toBe(false);
  });
});
