import { describe, expect, it } from "vitest";
import { otlp } from "../../lib/traces/otlp.ts";
import { collectJson, isBalanced, type Row } from "./collectJson.ts";

const span = (fields: object = {}) => ({
  traceId: "7d212391675b3f5d278c7d38113f6505",
  spanId: "6d689723cc764b7c",
  parentSpanId: "c461492e30dd0af0",
  name: "POST /b",
  kind: 3,
  startTimeUnixNano: "1704067200049463021",
  endTimeUnixNano: "1704067200051445375",
  ...fields,
});
const resource = (name = "A") => ({ attributes: [{ key: "service.name", value: { stringValue: name } }] });
const request = (...spans: unknown[]) => ({ resourceSpans: [{ resource: resource(), scopeSpans: [{ spans }] }] });
const read = (...spans: unknown[]) => collectJson(otlp, JSON.stringify(request(...spans)));
const only = async (fields: object): Promise<Row> => (await read(span(fields))).records[0]!;

describe("otlp", () => {
  it("reads a span, exact to the ns", async () => {
    expect((await read(span())).records).toEqual([
      {
        file: 3,
        row: 1n,
        trace: "7d212391675b3f5d278c7d38113f6505",
        id: "6d689723cc764b7c",
        parent: "c461492e30dd0af0",
        service: "A",
        operation: "POST /b",
        kind: "client",
        duration: 1982.354,
        caller_duration: null,
        error: false,
        follows: false,
        peer: null,
        request_bytes: null,
        response_bytes: null,
        start_ns: 1704067200049463021n,
      },
    ]);
  });

  it("reads requests alone, on lines and in arrays, old scopes, and the answers of Tempo and of Jaeger's API v3", async () => {
    const { records } = await read(span());
    const { resourceSpans } = request(span());
    const old = [{ resource: resource(), instrumentationLibrarySpans: [{ spans: [span()] }] }];
    for (const value of [
      [request(span())],
      { resourceSpans: old },
      { batches: resourceSpans },
      { trace: { resourceSpans }, metrics: {} },
      { result: { resourceSpans } },
      resourceSpans[0],
    ]) {
      expect((await collectJson(otlp, JSON.stringify(value))).records).toEqual(records);
      expect((await collectJson(otlp, JSON.stringify(value, null, "\t"))).records).toEqual(records);
    }
    const lines = `${JSON.stringify(request(span()))}\n`.repeat(3);
    expect((await collectJson(otlp, lines)).records.map(({ start_ns }) => start_ns)).toEqual(
      Array(3).fill(1704067200049463021n),
    );
  });

  it("reads times given as numbers without rounding them", async () => {
    const text = JSON.stringify(request(span({ name: '"startTimeUnixNano":1,' }))).replace(
      /Nano":"(\d+)"/g,
      'Nano" : $1',
    );
    const { records } = await collectJson(otlp, text);
    expect(records).toMatchObject([
      { start_ns: 1704067200049463021n, duration: 1982.354, operation: '"startTimeUnixNano":1,' },
    ]);
  });

  it("reads ids in base64 as hex, and hex in lower case", async () => {
    const base64 = { traceId: "fSEjkWdbP10njH04ET9lBQ==", spanId: "bWiXI8x2S3w=", parentSpanId: "AAAAAAAAAAA=" };
    expect(await only(base64)).toMatchObject({
      trace: "7d212391675b3f5d278c7d38113f6505",
      id: "6d689723cc764b7c",
      parent: null,
    });
    expect(await only({ spanId: "6D689723CC764B7C", parentSpanId: "" })).toMatchObject({
      id: "6d689723cc764b7c",
      parent: null,
    });
    expect(await only({ parentSpanId: "0000000000000000", spanId: "no hex" })).toMatchObject({
      parent: null,
      id: "no hex",
    });
  });

  it.each([
    [0, null],
    [1, "internal"],
    [2, "server"],
    [4, "producer"],
    [5, "consumer"],
    ["3", "client"],
    ["SPAN_KIND_SERVER", "server"],
    ["SPAN_KIND_UNSPECIFIED", null],
    ["Client", "client"],
    [99, null],
    [undefined, null],
    [{ toString: 1, valueOf: 1 }, null],
  ])("reads kind %j as %j", async (kind, expected) => {
    expect((await only({ kind })).kind).toBe(expected);
  });

  it("takes errors from the status, peer and sizes from the attributes, and notes links", async () => {
    const attributes = [
      { key: "peer.service", value: { stringValue: "B" } },
      { key: "http.request.body.size", value: { intValue: "2488" } },
      { key: "http.response.body.size", value: { intValue: 840 } },
      { key: "list", value: { arrayValue: { values: [] } } },
      { key: "rpc.response.size", value: null },
      null,
    ];
    const found = await read(span({ attributes, status: { code: "STATUS_CODE_ERROR" }, links: [{ traceId: "1" }] }));
    expect(found.records).toMatchObject([{ peer: "B", request_bytes: 2488, response_bytes: 840, error: true }]);
    expect(found.rules).toEqual({ "noted span-links": 1 });
    expect(await only({ status: { code: 2 } })).toMatchObject({ error: true });
    expect(await only({ status: { code: 1 }, links: [] })).toMatchObject({ error: false });
    expect(
      await only({ kind: 5, attributes: [{ key: "messaging.message.body.size", value: { intValue: 9 } }] }),
    ).toMatchObject({
      request_bytes: 9,
    });
  });

  it("rejects what is no span", async () => {
    const found = await read(
      span({ traceId: "" }),
      span({ spanId: undefined }),
      span({ startTimeUnixNano: undefined }),
      span({ startTimeUnixNano: "99999999999999999999" }),
      span({ endTimeUnixNano: "0" }),
      span({ endTimeUnixNano: true }),
      span({ endTimeUnixNano: "1704067200049463020" }),
      null,
    );
    expect(found.rejected.map(({ rule, value }) => [rule, value])).toEqual([
      ["missing-trace-id", ""],
      ["missing-span-id", null],
      ["missing-start", null],
      ["bad-number", "99999999999999999999"],
      ["missing-end", "0"],
      ["bad-number", "true"],
      ["end-before-start", "1704067200049463020"],
      ["no-span", null],
    ]);
    const wrapped = await collectJson(
      otlp,
      '{"resourceSpans":[7,{"scopeSpans":{}},{"scopeSpans":[{"spans":1},2,{}]},{"resource":{}}]}',
    );
    expect(wrapped.rejected.map(({ rule, value }) => [rule, value])).toEqual([
      ["no-resource-spans", "7"],
      ["no-resource-spans", "{…}"],
      ["no-scope-spans", "1"],
      ["no-scope-spans", "2"],
    ]);
    expect([found, wrapped].every(isBalanced)).toBe(true);
  });

  it("knows its files", () => {
    expect(otlp.detects(JSON.stringify(request(span()), null, 2))).toBe(true);
    expect(otlp.detects('{"batches":[{"resource":{}}]}')).toBe(true);
    expect(otlp.detects('[{"traceId":"1","id":"2","name":"\\"resourceSpans\\":["}]')).toBe(false);
  });
});
