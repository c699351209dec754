import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import { csv, TraceFolder } from "./traceFolder.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const folder = new TraceFolder();
const dataset = { engine, schema: "otel" };

const header = [
  "Timestamp",
  "TraceId",
  "SpanId",
  "ParentSpanId",
  "SpanName",
  "SpanKind",
  "ServiceName",
  "Duration",
  "StatusCode",
  "SpanAttributes",
];
const expected = [
  {
    ...{
      trace: "t",
      id: "a",
      parent: null,
      service: "web",
      operation: "GET /",
      kind: "server",
      start: 0,
      duration: 1500.001,
    },
    ...{ error: false, peer: null, request_bytes: null, response_bytes: 512 },
  },
  {
    ...{
      trace: "t",
      id: "b",
      parent: "a",
      service: "web",
      operation: "call",
      kind: "client",
      start: 0.123,
      duration: 700,
    },
    ...{ error: true, peer: "cart", request_bytes: 17, response_bytes: null },
  },
];

async function spans() {
  const rows = await engine.query(`
    SELECT trace, id, parent, service, operation, kind, start, duration, error, peer, request_bytes, response_bytes
    FROM otel.spans ORDER BY id`);
  return rows.toArray().map((row) => ({ ...row }));
}

describe("otelTraces", () => {
  it.each([
    ["date and time", "2022-08-22 03:52:54.351773000", "2022-08-22 03:52:54.351773123"],
    ["ISO 8601", "2022-08-22T03:52:54.351773000Z", "2022-08-22T03:52:54.351773123Z"],
    ["ns since 1970", "1661140374351773000", "1661140374351773123"],
  ])("reads CSV with %s", async (_, first, second) => {
    const path = folder.write(
      "otel.csv.gz",
      csv([
        header,
        [
          first,
          "t",
          "a",
          "",
          "GET /",
          "SPAN_KIND_SERVER",
          "web",
          1_500_001,
          "STATUS_CODE_UNSET",
          "{'http.response.body.size':'512'}",
        ],
        [
          second,
          "t",
          "b",
          "a",
          "call",
          "Client",
          "web",
          700_000,
          "Error",
          '{"peer.service": "cart", "http.request_content_length": 17}',
        ],
      ]),
    );
    await readTraces(dataset, [path]);
    expect(await spans()).toEqual(expected);
    const [origin] = (await engine.query("SELECT origin_ns::VARCHAR AS ns FROM otel.origin")).toArray();
    expect(origin!.ns).toBe("1661140374351773000");
  });

  it.each(["TIMESTAMP_NS", "TIMESTAMPTZ"])("reads Parquet with %s and a map", async (type) => {
    const path = join(folder.path, "otel.parquet");
    const second = type === "TIMESTAMP_NS" ? "123" : "000";
    await engine.query(`
      COPY (
        SELECT * FROM (VALUES
          ('2022-08-22 03:52:54.351773000'::TIMESTAMP_NS, 't', 'a', '', 'GET /', 'SPAN_KIND_SERVER', 'web', 1500001::UBIGINT, 'Unset',
            MAP {'http.response.body.size': '512'}),
          ('2022-08-22 03:52:54.351773${second}'::TIMESTAMP_NS, 't', 'b', 'a', 'call', 'SPAN_KIND_CLIENT', 'web', 700000::UBIGINT, 'Error',
            MAP {'peer.service': 'cart', 'http.request.body.size': '17'})
        ) AS v(${header.map((name) => `"${name}"`).join(", ")})
      ) TO '${path}' (FORMAT parquet)`);
    if (type === "TIMESTAMPTZ") {
      await engine.query(
        `CREATE OR REPLACE TABLE otel_zoned AS SELECT * REPLACE (make_timestamp(epoch_us("Timestamp"))::TIMESTAMPTZ AS "Timestamp") FROM '${path}'`,
      );
      await engine.query(`COPY otel_zoned TO '${path}' (FORMAT parquet)`);
    }
    await readTraces(dataset, [path]);
    const [first, last] = expected;
    expect(await spans()).toEqual([first, { ...last, start: Number(second) / 1000 }]);
  });

  it("rejects rows by name", async () => {
    const path = folder.write(
      "bad.csv",
      csv([
        header,
        ["2022-08-22 03:52:54", "t", "a", "", "GET /", "", "web", 1, "", ""],
        ["yesterday", "t", "b", "", "GET /", "", "web", 1, "", ""],
        ["2022-08-22 03:52:54", "t", "c", "", "GET /", "", "web", -1, "", ""],
      ]),
    );
    await readTraces(dataset, [path]);
    const { rules } = await readLedger(dataset);
    expect(rules.map(({ rule, example }) => [rule, example])).toEqual([
      ["bad-number", 2],
      ["negative-duration", 3],
    ]);
  });

  it("refuses Parquet without the columns, naming the file", async () => {
    const path = join(folder.path, "narrow.parquet");
    await engine.query(`COPY (SELECT 'x' AS "TraceId") TO '${path}' (FORMAT parquet)`);
    await expect(readTraces(dataset, [path])).rejects.toThrow(/narrow\.parquet: [^\n]+$/);
  });
});
