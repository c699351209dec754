import { literal } from "../engine/sql.ts";
import { numberCheck, presenceCheck } from "./rowChecks.ts";
import type { Column, RowFormat } from "./rowFormat.ts";
import { spanKind } from "./spanKindSql.ts";
import { nanosecondsOf } from "./timeSql.ts";
import { nameOrUnknown } from "./unknownName.ts";

/**
 * The Collector's ClickHouse table `otel_traces` as CSV or Parquet: `Timestamp` is a date and time to the ns or whole
 * ns since 1970, `Duration` is in ns, `SpanAttributes` is a map or its text.
 */
export const otelTraces: RowFormat = (columns) => {
  const [trace, id, parent] = [columns("TraceId")!, columns("SpanId")!, columns("ParentSpanId")!];
  const [service, operation] = [columns("ServiceName")!, columns("SpanName")!];
  const [timestamp, duration] = [columns("Timestamp")!, columns("Duration")!];
  const [kind, status, attributes] = [columns("SpanKind"), columns("StatusCode"), columns("SpanAttributes")];
  const start = /^(VARCHAR|TIMESTAMP)/.test(timestamp.type)
    ? `coalesce(${nanosecondsOf(timestamp, "timestamp")}, ${timestamp.type === "VARCHAR" ? nanosecondsOf(timestamp, "ns") : "NULL"})`
    : nanosecondsOf(timestamp, "ns");
  const length = nanosecondsOf(duration, "ns");
  const attribute = (...names: string[]) => (attributes ? attributeOf(attributes, names) : "NULL");
  return {
    ...(attributes ? { attribute } : {}),
    values: {
      trace: trace.sql,
      id: id.sql,
      parent: `CASE WHEN ${parent.sql} IN ('', '0000000000000000') THEN NULL ELSE ${parent.sql} END`,
      service: nameOrUnknown(service.sql),
      operation: nameOrUnknown(operation.sql),
      kind: kind ? spanKind(kind.sql) : "NULL::VARCHAR",
      start_ns: start,
      duration: `(${length})::DOUBLE / 1000`,
      error: status ? `coalesce(upper(${status.sql}::VARCHAR) IN ('ERROR', 'STATUS_CODE_ERROR', '2'), false)` : "false",
      peer: attribute("peer.service"),
      request_bytes: `TRY_CAST(${attribute("http.request.body.size", "http.request_content_length")} AS DOUBLE)`,
      response_bytes: `TRY_CAST(${attribute("http.response.body.size", "http.response_content_length")} AS DOUBLE)`,
    },
    checks: [
      presenceCheck("missing-trace-id", trace),
      presenceCheck("missing-span-id", id),
      numberCheck(timestamp, start),
      numberCheck(duration, length),
      { rule: "negative-duration", column: duration, fails: `${length} < 0` },
    ],
  };
};

/** The first of these attributes that a map, or a map's text (`{'k':'v'}` or `{"k": "v"}`), has. */
function attributeOf({ sql, type }: Column, names: readonly string[]): string {
  const one = (name: string) => {
    if (type.startsWith("MAP")) return `${sql}[${literal(name)}]`;
    const pattern = `['"]${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}['"]?\\s*[:=]\\s*['"]?([^'",}]*)`;
    return `nullif(regexp_extract(${sql}::VARCHAR, '${pattern.replaceAll("'", "''")}', 1), '')`;
  };
  return `coalesce(${names.map(one).join(", ")}, NULL)`;
}
