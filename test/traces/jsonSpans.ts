import fc from "fast-check";
import type { JsonSpan } from "../../lib/traces/jsonFormat.ts";

const hex = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`)).filter((id) => !/^0+$/.test(id));

const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }).map((text) => text.replaceAll("\0", "x"));

/** Random spans that every format can express: whole µs since the epoch, integer sizes, ids in lower-case hex. */
export const anySpans: fc.Arbitrary<JsonSpan[]> = fc
  .array(
    fc.record({
      trace: hex(32),
      id: hex(16),
      parent: fc.option(hex(16), { nil: null }),
      service: name,
      operation: name,
      kind: fc.constantFrom(null, "server" as const, "client" as const, "producer" as const, "consumer" as const),
      start: fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }).map((us) => us * 1000n),
      duration: fc.nat(),
      error: fc.boolean(),
      follows: fc.constant(false),
      peer: fc.option(name, { nil: null }),
      requestBytes: fc.option(fc.nat(), { nil: null }),
      responseBytes: fc.option(fc.nat(), { nil: null }),
    }),
    { maxLength: 12 },
  )
  .map((spans) => spans.map((span) => ({ ...span, peer: /server|consumer/.test(span.kind ?? "") ? null : span.peer })));

const sizes = ({ requestBytes, responseBytes }: JsonSpan): [string, number][] => [
  ...(requestBytes === null ? [] : ([["http.request.body.size", requestBytes]] as [string, number][])),
  ...(responseBytes === null ? [] : ([["http.response.body.size", responseBytes]] as [string, number][])),
];

/** The spans as one trace a span in Jaeger's JSON. */
export function toJaeger(spans: readonly JsonSpan[]): object[] {
  return spans.map((span) => ({
    traceID: span.trace,
    spans: [
      {
        traceID: span.trace,
        spanID: span.id,
        operationName: span.operation,
        references: span.parent ? [{ refType: "CHILD_OF", traceID: span.trace, spanID: span.parent }] : [],
        startTime: Number(span.start / 1000n),
        duration: span.duration,
        tags: [
          ...(span.kind ? [["span.kind", span.kind]] : []),
          ...(span.error ? [["error", true]] : []),
          ...(span.peer ? [["peer.service", span.peer]] : []),
          ...sizes(span),
        ].map(([key, value]) => ({ key, type: typeof value, value })),
        processID: "p1",
      },
    ],
    processes: { p1: { serviceName: span.service } },
  }));
}

/** The spans in Zipkin's JSON, where a peer is named by callers alone. */
export function toZipkin(spans: readonly JsonSpan[]): object[] {
  return spans.map((span) => ({
    traceId: span.trace,
    id: span.id,
    ...(span.parent ? { parentId: span.parent } : {}),
    ...(span.kind ? { kind: span.kind.toUpperCase() } : {}),
    name: span.operation,
    timestamp: Number(span.start / 1000n),
    duration: span.duration,
    localEndpoint: { serviceName: span.service },
    ...(span.peer ? { remoteEndpoint: { serviceName: span.peer } } : {}),
    tags: {
      ...(span.error ? { error: "failed" } : {}),
      ...Object.fromEntries(sizes(span).map(([key, value]) => [key, String(value)])),
    },
  }));
}

/** The spans as OTLP requests of one span each. */
export function toOtlp(spans: readonly JsonSpan[]): object[] {
  return spans.map((span) => ({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: span.service } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: span.trace,
                spanId: span.id,
                parentSpanId: span.parent ?? "",
                name: span.operation,
                kind: [null, "internal", "server", "client", "producer", "consumer"].indexOf(span.kind),
                startTimeUnixNano: String(span.start),
                endTimeUnixNano: String(span.start + BigInt(span.duration) * 1000n),
                attributes: [
                  ...(span.peer ? [{ key: "peer.service", value: { stringValue: span.peer } }] : []),
                  ...sizes(span).map(([key, value]) => ({ key, value: { intValue: String(value) } })),
                ],
                status: span.error ? { code: 2 } : {},
              },
            ],
          },
        ],
      },
    ],
  }));
}
