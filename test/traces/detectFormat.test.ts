import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { detectFormat, NotTraces } from "../../lib/traces/detectFormat.ts";
import { describeWithDatasets } from "./sharedDatasets.ts";
import { TraceFolder } from "./traceFolder.ts";

const engine = await openDuckDBNode({ threads: 1 });
afterAll(() => engine.close());
const folder = new TraceFolder();

const nezha = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration";
const detect = (content: string | Uint8Array, name = "file.txt") =>
  detectFormat(engine, { path: folder.write(name, content) });

describe("detectFormat", () => {
  it.each([
    ["nezha", `${nezha}\n1,2\n`],
    [
      "nezha",
      `\uFEFF"duration","spanid",${nezha.replace(",SpanID", "").replace(",Duration", "").toLowerCase()}\r\n1\r\n`,
    ],
    ["alibaba2021", ",traceid,timestamp,rpcid,um,rpctype,dm,interface,rt\n0\n"],
    ["alibaba2022", "timestamp,traceid,service,rpc_id,rpctype,um,uminstanceid,interface,dm,dminstanceid,rt\n0\n"],
    ["otelTraces", "Timestamp,TraceId,SpanId,ParentSpanId,SpanName,SpanKind,ServiceName,Duration,StatusCode\n0\n"],
    ["spans", "file,row,trace,id,parent,service,operation,kind,start,duration\n0\n"],
    ["metaParents", "profile,parent_name,children_set,c_set_index,num_calls,num_returning_calls,concurrency_rate\n0\n"],
    ["metaTraces", "trace_size,num_services,call_depth,max_width,profile\n0\n"],
    ["jaeger", '{"data":[{"traceID":"1","spans":[{"traceID":"1","spanID":"2"}],"processes":{}}]}'],
    ["zipkin", '\n[{"traceId":"1","id":"2","name":"get"}]'],
    ["otlp", '{"resourceSpans":[{"scopeSpans":[]}]}\n{"resourceSpans":[]}\n'],
  ])("knows %s by its content, whatever its name and compression", async (format, content) => {
    expect(await detect(content)).toMatchObject({ format });
    expect(await detect(content, "file.gz")).toMatchObject({ format });
  });

  it.each([
    ["", "empty file"],
    ["\n\n", "the first line is empty"],
    [`${nezha}\n`, "a header and no rows"],
    [nezha, "a header and no rows"],
    [`${nezha.replaceAll(",", "\t")}\n1\n`, 'columns separated by "\\t", a comma is expected'],
    [`${nezha.replace("EndTimeUnixNano", "End")}\n1\n`, "lacks column EndTimeUnixNano, which Nezha CSV needs"],
    ["x".repeat(100_000), "longer than 64 kB"],
    [Uint8Array.of(1, 2, 3, 4, 5, 6), "binary data, neither CSV, JSON nor Parquet"],
    [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2), "truncated or damaged gzip"],
    [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 9, 9, 9), "truncated or damaged zstd"],
    ["PAR1 and no more", "file.txt"],
  ])("refuses %j in one line", async (content, reason) => {
    const error = await detect(content).catch((error: Error) => error);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toContain(reason);
    expect((error as Error).message).not.toContain("\n");
  });

  it.each([
    ["a,b\n1,2\n", 'no known format of traces has the columns "a", "b"'],
    ["hello\nworld\n", 'the first line is "hello"'],
    ['{"a": 1}', "JSON, but neither"],
  ])("tells %j from damaged traces", async (content, reason) => {
    await expect(detect(content)).rejects.toBeInstanceOf(NotTraces);
    await expect(detect(content)).rejects.toThrow(reason);
  });

  it("is told what to read", async () => {
    const path = folder.write("told.csv", "a;b;c\n1;2;3\n");
    const mapping = { trace: "a", span: "b", service: "c", operation: "c", start: "a", duration: "b" };
    expect(await detectFormat(engine, { path }, "auto", mapping)).toMatchObject({
      format: "mapped",
      table: { delimiter: ";" },
    });
    await expect(detectFormat(engine, { path }, "nezha")).rejects.toThrow("lacks column TraceID, SpanID");
    await expect(detectFormat(engine, { path }, "auto", { ...mapping, trace: "t" })).rejects.toThrow(
      "lacks column t of the mapping; it has a, b, c",
    );
    expect(await detectFormat(engine, { path }, "jaeger")).toMatchObject({ format: "jaeger" });
  });

  it("knows Parquet by its magic number", async () => {
    const path = `${folder.path}/parquet.csv`;
    await engine.query(
      `COPY (SELECT now()::TIMESTAMP AS "Timestamp", 't' AS "TraceId", 's' AS "SpanId", '' AS "ParentSpanId", 'o' AS "SpanName",
        'x' AS "ServiceName", 1 AS "Duration") TO '${path}' (FORMAT parquet)`,
    );
    expect(await detectFormat(engine, { path })).toMatchObject({
      format: "otelTraces",
      table: { container: "parquet" },
    });
  });
});

describeWithDatasets("detectFormat on genuine files", (datasets) => {
  it.each([
    ["alibaba/mscallgraph-2021.csv.gz", "alibaba2021"],
    ["alibaba/mscallgraph-2021-head.csv.gz", "alibaba2021"],
    ["alibaba/callgraph-2022.csv.gz", "alibaba2022"],
    ["jaeger/socialnetwork-ui-download.json.gz", "jaeger"],
    ["traceweaver/hotel-load25.json.gz", "jaeger"],
    ["zipkin/smartthings-oauth-authorization.json.gz", "zipkin"],
    ["nezha/construct_data-2023-01-29/08_50_trace.csv.gz", "nezha"],
    ["meta/service-characteristics.csv", "metaServices"],
    ["meta/service-endpoints.csv", "metaEndpoints"],
    ["meta/service-history.csv", "metaHistory"],
    ["meta/inferred-path-data.csv", "metaInferred"],
  ])("%s is %s", async (path, format) => {
    expect(await detectFormat(engine, { path: `${datasets}/${path}` })).toMatchObject({ format });
  });
});
