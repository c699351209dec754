/** A finished span, with times in ns since 1970. */
export interface RecordedSpan {
  trace: string;
  id: string;
  parent?: string;
  service: string;
  name: string;
  kind: "internal" | "server" | "client";
  start: bigint;
  end: bigint;
  error: boolean;
  attributes: Record<string, string | number | boolean>;
}

const kinds = { internal: 1, server: 2, client: 3 };

/**
 * One trace as one line of OTLP JSON (an ExportTraceServiceRequest, as the OpenTelemetry Collector's file exporter
 * writes them): services in order of their first span, a service's spans in order of start, then id.
 */
export function otlpLine(spans: readonly RecordedSpan[]): string {
  const services = new Map<string, RecordedSpan[]>();
  for (const span of [...spans].sort((a, b) => Number(a.start - b.start) || (a.id < b.id ? -1 : 1))) {
    const others = services.get(span.service);
    if (others) others.push(span);
    else services.set(span.service, [span]);
  }
  const resourceSpans = [...services].map(([service, own]) => ({
    resource: { attributes: [attribute(["service.name", service])] },
    scopeSpans: [{ spans: own.map(otlpSpan) }],
  }));
  return JSON.stringify({ resourceSpans });
}

function otlpSpan(span: RecordedSpan): object {
  return {
    traceId: span.trace,
    spanId: span.id,
    ...(span.parent ? { parentSpanId: span.parent } : {}),
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: String(span.start),
    endTimeUnixNano: String(span.end),
    attributes: Object.entries(span.attributes).map(attribute),
    ...(span.error ? { status: { code: 2 } } : {}),
  };
}

function attribute([key, value]: [string, string | number | boolean]): object {
  if (typeof value === "string") return { key, value: { stringValue: value } };
  if (typeof value === "boolean") return { key, value: { boolValue: value } };
  return { key, value: { intValue: String(value) } };
}
