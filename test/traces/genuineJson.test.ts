import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { jaeger } from "../../lib/traces/jaeger.ts";
import type { JsonFormat } from "../../lib/traces/jsonFormat.ts";
import { otlp } from "../../lib/traces/otlp.ts";
import { readJson } from "../../lib/traces/readJson.ts";
import { createRecordTables } from "../../lib/traces/records.ts";
import { createSpanTables } from "../../lib/traces/spans.ts";
import { zipkin } from "../../lib/traces/zipkin.ts";
import { parseTraces, readDataset } from "../datasets/otlpTraces.ts";
import { describeWithDatasets } from "./sharedDatasets.ts";

interface JaegerSpan {
  traceID: string;
  spanID: string;
  operationName: string;
  references: { refType: string; spanID: string }[];
  startTime: number;
  duration: number;
  tags: { key: string; value: unknown }[];
  processID: string;
}

interface JaegerTrace {
  spans: JaegerSpan[];
  processes: Record<string, { serviceName: string }>;
}

interface ZipkinSpan {
  id: string;
  kind?: string;
  timestamp?: number;
  duration?: number;
  shared?: boolean;
  localEndpoint: { serviceName: string };
  remoteEndpoint?: { serviceName?: string };
}

/** Rows as lines, which compare in a fraction of the time. */
const linesOf = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row));

const textOf = (path: string) => gunzipSync(readFileSync(path)).toString("utf8");

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode({ threads: 1 });
});
afterAll(() => engine.close());

/** Reads a file into tables of its own; returns the counts, the ledger, and the result of a query on `records`. */
async function read(format: JsonFormat, path: string, columns: string) {
  const dataset = { engine, schema: "genuine" };
  await createSpanTables(dataset);
  await createRecordTables(dataset);
  const counts = await readJson(dataset, { file: 0, path, format });
  const rows = async (sql: string) => (await engine.query(sql)).toArray().map((row) => Object.values(row.toJSON()));
  return {
    ...counts,
    ledger: await rows(`SELECT action, rule, rows_counted::DOUBLE FROM genuine.ledger ORDER BY ALL`),
    records: await rows(`SELECT ${columns} FROM genuine.records ORDER BY "row"`),
  };
}

describeWithDatasets("genuine Jaeger JSON", (folder) => {
  const files = [
    ...readdirSync(`${folder}/traceweaver`)
      .filter((name) => name.endsWith(".json.gz"))
      .map((name) => `traceweaver/${name}`),
    "jaeger/socialnetwork-ui-download.json.gz",
  ];

  it.each(files)("%s: every span as JSON.parse has it", { timeout: 60_000 }, async (name) => {
    const path = `${folder}/${name}`;
    const text = textOf(path);
    const { data } = JSON.parse(text) as { data: JaegerTrace[] };
    const spans = data.flatMap(({ spans, processes }) =>
      spans.map((span) => [
        span.traceID,
        span.spanID,
        span.references[0]?.spanID ?? null,
        processes[span.processID]!.serviceName,
        span.operationName,
        span.tags.find(({ key }) => key === "span.kind")?.value ?? null,
        `${span.startTime}000`,
        span.duration,
      ]),
    );
    const found = await read(jaeger, path, "trace, id, parent, service, operation, kind, start_ns::VARCHAR, duration");
    expect(linesOf(found.records)).toEqual(linesOf(spans));
    expect(found.accepted).toBe(spans.length);
    const named = text.match(/"operationName":/g)!.length;
    expect(found.rows).toBe(named);
    expect(found.ledger).toEqual(named > spans.length ? [["merged", "nested-reference", named - spans.length]] : []);
    if (name.startsWith("traceweaver")) expect(data.length).toBe(1000);
    else expect([data.length, named - spans.length]).toEqual([20, 3440]);
  });
});

describeWithDatasets("genuine Zipkin JSON", (folder) => {
  it.each([
    ["smartthings-mobile-web-install", 1041],
    ["smartthings-oauth-authorization", 175],
  ])("%s: %d records, of which the finished ones are spans", async (name, count) => {
    const path = `${folder}/zipkin/${name}.json.gz`;
    const spans = JSON.parse(textOf(path)) as ZipkinSpan[];
    expect(spans.length).toBe(count);
    const finished = spans.filter(({ timestamp, duration }) => timestamp !== undefined && duration !== undefined);
    const found = await read(zipkin, path, "id, kind, service, peer, start_ns::VARCHAR, duration");
    expect(found.records).toEqual(
      finished.map(({ id, kind, localEndpoint, remoteEndpoint, timestamp, duration }) => [
        id,
        kind?.toLowerCase() ?? null,
        localEndpoint.serviceName,
        (kind === "CLIENT" ? remoteEndpoint?.serviceName : null) ?? null,
        `${timestamp}000`,
        duration,
      ]),
    );
    expect([found.rows, found.accepted]).toEqual([count, finished.length]);
    const unstarted = spans.filter(({ timestamp }) => timestamp === undefined).length;
    const rejected = found.ledger.filter(([action]) => action === "rejected");
    expect(rejected).toEqual(
      [
        ["rejected", "missing-duration", count - finished.length - unstarted],
        ["rejected", "missing-start", unstarted],
      ].filter(([, , rows]) => rows !== 0),
    );
    const pairs = new Set(finished.filter(({ shared }) => shared).map(({ id }) => id));
    const kinds = (id: string) => found.records.filter((row) => row[0] === id).map((row) => row[1]);
    for (const id of pairs) expect(kinds(id)).toContain("server");
  });
});

it("the Figure 1 traces: every OTLP span as JSON.parse has it", async () => {
  const expected = [...parseTraces(readDataset("figure1/traces.jsonl.gz")).values()].flat();
  const path = new URL("../../datasets/figure1/traces.jsonl.gz", import.meta.url).pathname;
  const found = await read(
    otlp,
    path,
    "trace, id, parent, service, operation, kind, start_ns::VARCHAR, (duration * 1000)::BIGINT::DOUBLE, request_bytes",
  );
  expect(found.ledger).toEqual([]);
  expect(linesOf(found.records)).toEqual(
    linesOf(
      expected.map((span) => [
        span.trace,
        span.id,
        span.parent ?? null,
        span.service,
        span.name,
        [null, "internal", "server", "client"][span.kind],
        String(span.start),
        Number(span.end - span.start),
        Number(span.attributes["http.request.body.size"] ?? Number.NaN) || null,
      ]),
    ),
  );
});
