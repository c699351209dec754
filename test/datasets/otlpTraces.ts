import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** A span of a committed data set, read with nothing but `JSON.parse`; times in ns since 1970. */
export interface PlainSpan {
  trace: string;
  id: string;
  parent: string | undefined;
  service: string;
  name: string;
  kind: number;
  start: bigint;
  end: bigint;
  error: boolean;
  attributes: Record<string, string | undefined>;
}

interface OtlpAttribute {
  key: string;
  value: { stringValue?: string; intValue?: string; boolValue?: boolean };
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: OtlpAttribute[];
  status?: { code: number };
}

interface OtlpRequest {
  resourceSpans: {
    resource: { attributes: OtlpAttribute[] };
    scopeSpans: { spans: OtlpSpan[] }[];
  }[];
}

/** The text of a gzip file of `datasets/`, by its path there. */
export function readDataset(path: string): string {
  return gunzipSync(readFileSync(new URL(`../../datasets/${path}`, import.meta.url))).toString("utf8");
}

/** The traces of OTLP JSON lines, by trace id: an independent reader to check the data sets with. */
export function parseTraces(text: string): Map<string, PlainSpan[]> {
  const traces = new Map<string, PlainSpan[]>();
  for (const line of text.trimEnd().split("\n")) {
    for (const { resource, scopeSpans } of (JSON.parse(line) as OtlpRequest).resourceSpans) {
      const service = valuesOf(resource.attributes)["service.name"] ?? "";
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        const trace = traces.get(span.traceId) ?? [];
        traces.set(span.traceId, trace);
        trace.push(plainSpan(span, service));
      }
    }
  }
  return traces;
}

function plainSpan(span: OtlpSpan, service: string): PlainSpan {
  return {
    trace: span.traceId,
    id: span.spanId,
    parent: span.parentSpanId,
    service,
    name: span.name,
    kind: span.kind,
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
    error: span.status?.code === 2,
    attributes: valuesOf(span.attributes),
  };
}

function valuesOf(attributes: OtlpAttribute[]): Record<string, string | undefined> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? String(value.boolValue)]),
  );
}
