import { describe, expect, it } from "vitest";
import { jaeger } from "../../lib/traces/jaeger.ts";
import { collectJson, isBalanced, type Row } from "./collectJson.ts";

const span = (fields: object = {}) => ({
  traceID: "a1",
  spanID: "b1",
  operationName: "GET /x",
  references: [],
  startTime: 1655760368633319,
  duration: 4238,
  tags: [],
  processID: "p1",
  ...fields,
});
const trace = (...spans: unknown[]) => ({
  traceID: "a1",
  spans,
  processes: { p1: { serviceName: "front", tags: [] } },
});
const answer = (...spans: unknown[]) => JSON.stringify({ data: [trace(...spans)], total: 0, errors: null });
const tag = (key: string, value: unknown) => ({ key, type: "any", value });
const read = (...spans: unknown[]) => collectJson(jaeger, answer(...spans));
const only = async (fields: object): Promise<Row> => (await read(span(fields))).records[0]!;

describe("jaeger", () => {
  it("reads a span", async () => {
    const { records, rows, accepted, ledger } = await read(span());
    expect({ rows, accepted, ledger }).toEqual({ rows: 1, accepted: 1, ledger: [] });
    expect(records).toEqual([
      {
        file: 3,
        row: 1n,
        trace: "a1",
        id: "b1",
        parent: null,
        service: "front",
        operation: "GET /x",
        kind: null,
        duration: 4238,
        caller_duration: null,
        error: false,
        follows: false,
        peer: null,
        request_bytes: null,
        response_bytes: null,
        start_ns: 1655760368633319000n,
      },
    ]);
  });

  it("reads API answers, traces alone, in arrays and on lines, and stored spans with their process", async () => {
    const stored = { ...span(), process: { serviceName: "front" } };
    const expected = (await read(span())).records;
    for (const text of [
      JSON.stringify(trace(span())),
      JSON.stringify([trace(span())]),
      JSON.stringify({ data: trace(span()) }, null, 2),
      `${JSON.stringify(trace(span()))}\n`,
      JSON.stringify({ ...stored, processID: undefined }),
    ]) {
      expect((await collectJson(jaeger, text)).records).toEqual(expected);
    }
  });

  it("takes kind, error, peer and sizes from the tags", async () => {
    const tags = [
      tag("span.kind", "client"),
      tag("error", true),
      tag("peer.service", "back"),
      tag("http.request_content_length", 10),
      tag("http.request.body.size", "12"),
      tag("http.response.body.size", 0),
      tag("__proto__", { kind: "server" }),
      null,
      "tag",
    ];
    expect(await only({ tags })).toMatchObject({
      kind: "client",
      error: true,
      peer: "back",
      request_bytes: 12,
      response_bytes: 0,
    });
    expect(await only({ tags: [tag("span.kind", "server"), tag("peer.service", "caller")] })).toMatchObject({
      kind: "server",
      peer: null,
    });
    expect(await only({ tags: [tag("error", "false"), tag("span.kind", "odd")] })).toMatchObject({
      kind: null,
      error: false,
    });
  });

  it("prefers CHILD_OF to FOLLOWS_FROM, within the trace", async () => {
    const reference = (refType: string, spanID: string, traceID = "a1") => ({ refType, traceID, spanID });
    expect(await only({ references: [reference("FOLLOWS_FROM", "f"), reference("CHILD_OF", "c")] })).toMatchObject({
      parent: "c",
      follows: false,
    });
    expect(await only({ references: [reference("FOLLOWS_FROM", "f")] })).toMatchObject({ parent: "f", follows: true });
    expect(await only({ references: [reference("CHILD_OF", "c", "00a1")] })).toMatchObject({ parent: "c" });
    expect(await only({ references: [reference("CHILD_OF", "0")] })).toMatchObject({ parent: null });
    expect(await only({ references: undefined, parentSpanID: "old" })).toMatchObject({ parent: "old" });
    const linked = await read(
      span({ references: [reference("CHILD_OF", "c", "z9")] }),
      span({ references: [reference("CHILD_OF", "c"), reference("CHILD_OF", "d")] }),
    );
    expect(linked.records.map(({ parent }) => parent)).toEqual([null, "c"]);
    expect(linked.rules).toEqual({ "noted parent-in-other-trace": 1, "noted several-parents": 1 });
  });

  it("merges the copies of ancestors within references, and keeps those that are no copies", async () => {
    const root = span({ spanID: "r" });
    const middle = span({ spanID: "m", references: [{ refType: "CHILD_OF", traceID: "a1", spanID: "r", span: root }] });
    const leaf = span({ spanID: "l", references: [{ refType: "CHILD_OF", traceID: "a1", spanID: "m", span: middle }] });
    const all = await read(leaf, middle, root);
    expect(all.rules).toEqual({ "merged nested-reference": 3 });
    expect(all.rows).toBe(answer(leaf, middle, root).match(/"operationName"/g)!.length);
    expect(all.records.map(({ row, id }) => [row, id])).toEqual([
      [1n, "l"],
      [4n, "m"],
      [6n, "r"],
    ]);
    const leafAlone = await read(leaf);
    expect(leafAlone.records.map(({ id, parent }) => [id, parent])).toEqual([
      ["l", "m"],
      ["m", "r"],
      ["r", null],
    ]);
    expect([all, leafAlone].every(isBalanced)).toBe(true);
  });

  it("follows references nested 10,000 deep", async () => {
    const depth = 10_000;
    const open = Array.from({ length: depth }, (_, i) =>
      JSON.stringify(span({ spanID: `s${i}`, references: undefined })).replace(/}$/, ',"references":[{"spanID":"s'),
    );
    const nested = open.map((text, i) => `${text}${i + 1}","span":`).join("");
    const text = `{"spans":[${nested}${JSON.stringify(span({ spanID: `s${depth}` }))}${"}]}".repeat(depth)}]}`;
    const { rows, accepted } = await collectJson(jaeger, text);
    expect({ rows, accepted }).toEqual({ rows: depth + 1, accepted: depth + 1 });
  });

  it("rejects what is no span by a named rule, with the value", async () => {
    const found = await read(
      span({ spanID: "" }),
      span({ startTime: undefined }),
      span({ startTime: "soon" }),
      span({ startTime: 1e300 }),
      span({ duration: -1 }),
      span({ duration: null }),
      span({ duration: {} }),
      "span",
      span(),
    );
    const more = await collectJson(
      jaeger,
      '[{"spans":7},17,{"x":1}]\n{"spans":[{"spanID":"b"}]}\n{"data":null}\n{]}\n',
    );
    expect(found.rejected.map(({ row, rule, column, value }) => [row, rule, column, value])).toEqual([
      [1n, "missing-span-id", "spanID", ""],
      [2n, "missing-start", "startTime", null],
      [3n, "bad-number", "startTime", "soon"],
      [4n, "bad-number", "startTime", "1e+300"],
      [5n, "negative-duration", "duration", "-1"],
      [6n, "missing-duration", "duration", null],
      [7n, "bad-number", "duration", "{…}"],
      [8n, "no-span", "", "span"],
    ]);
    expect(found.accepted).toBe(1);
    expect(more.rejected.map(({ rule, value }) => [rule, value])).toEqual([
      ["no-trace", "7"],
      ["no-trace", "17"],
      ["no-trace", null],
      ["missing-trace-id", null],
      ["no-trace", null],
      ["invalid-json", "{]"],
      ["invalid-json", "}"],
    ]);
    expect([found, more].every(isBalanced)).toBe(true);
  });

  it("names what has no name", async () => {
    const found = await read(span({ processID: "__proto__", operationName: "" }), span({ processID: "toString" }));
    expect(found.records.map(({ service, operation }) => [service, operation])).toEqual([
      ["(unknown)", "(unknown)"],
      ["(unknown)", "GET /x"],
    ]);
    expect(found.rules).toEqual({ "repaired unknown-name": 2 });
  });

  it("knows its files", () => {
    expect(jaeger.detects(answer(span()))).toBe(true);
    expect(jaeger.detects('\uFEFF{"data": [], "total": 0}')).toBe(true);
    expect(jaeger.detects('{"data":null,"errors":[{"code":404}]}')).toBe(true);
    expect(jaeger.detects('[{"traceId":"1","id":"2"}]')).toBe(false);
    expect(jaeger.detects('{"resourceSpans":[{"x":"\\"spanID\\": "}]}')).toBe(false);
  });
});
