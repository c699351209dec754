import { idOf, isObject, nameOf, nanoseconds, requiredId, requiredSpan, startOf } from "./jsonFields.ts";
import type { JsonFormat, JsonRecords } from "./jsonFormat.ts";
import type { SpanKind } from "./spans.ts";
import { SpanTags, spanKind } from "./spanTags.ts";

const [base64Span, base64Trace] = [/^[A-Za-z0-9+/]{11}=$/, /^[A-Za-z0-9+/]{22}==$/];

const kinds: readonly (SpanKind | null)[] = [null, "internal", "server", "client", "producer", "consumer"];

/**
 * OTLP as JSON: requests (`{"resourceSpans": […]}`), alone, in arrays or one a line, as the Collector's file exporter
 * writes them; Tempo's answers (`{"batches": […]}`, `{"trace": {"resourceSpans": […]}}`) and those of Jaeger's API v3
 * (`{"result": …}`). Ids are hex, as OTLP demands, or base64, as plain Protobuf JSON has them. Links to other spans
 * have no place in a call tree: a span with links is noted as `span-links`.
 */
export const otlp: JsonFormat = {
  name: "otlp",
  containers: new Set(["resourceSpans", "batches", "trace", "result"]),
  detects: (beginning) => /"(resourceSpans|batches|scopeSpans|instrumentationLibrarySpans)"\s*:\s*\[/.test(beginning),
  parse: (text) => JSON.parse(/TimeUnixNano"\s*:\s*\d/.test(text) ? quoteTimes(text) : text),
  read(element, records) {
    const resourceSpans = isObject(element) ? element : {};
    const { resource, scopeSpans, instrumentationLibrarySpans } = resourceSpans;
    // A resource may have nothing to report.
    const scopes = scopeSpans ?? instrumentationLibrarySpans ?? (isObject(resource) ? [] : undefined);
    if (!Array.isArray(scopes)) {
      records.reject("no-resource-spans", "scopeSpans", isObject(element) ? scopes : element);
      return;
    }
    const service = serviceOf(resource);
    for (const scope of scopes) {
      const spans = isObject(scope) ? (scope.spans ?? []) : scope;
      if (Array.isArray(spans)) for (const span of spans) readSpan(span, service, records);
      else records.reject("no-scope-spans", "spans", spans);
    }
  },
};

/** Times in ns exceed what a number holds exactly. Quotes within a text are escaped, so that no text is matched. */
function quoteTimes(text: string): string {
  return text.replace(/("(?:start|end)TimeUnixNano"\s*:\s*)(\d+)(?=\s*[,}])/g, '$1"$2"');
}

function serviceOf(resource: unknown): string | null {
  const attributes = isObject(resource) ? resource.attributes : undefined;
  if (!Array.isArray(attributes)) return null;
  const found = attributes.find((attribute) => isObject(attribute) && attribute.key === "service.name");
  return nameOf(scalarOf(found?.value));
}

function readSpan(value: unknown, service: string | null, records: JsonRecords): void {
  const span = requiredSpan(value, records);
  if (span === null) return;
  const trace = requiredId(span.traceId, "missing-trace-id", "traceId", records);
  if (trace === null) return;
  const id = requiredId(span.spanId, "missing-span-id", "spanId", records);
  if (id === null) return;
  const start = startOf(span.startTimeUnixNano, 1, "startTimeUnixNano", records);
  if (start === null) return;
  const end = endOf(span.endTimeUnixNano, start, records);
  if (end === null) return;

  const tags = new SpanTags(records.wanted);
  if (Array.isArray(span.attributes)) for (const tag of span.attributes) tags.add(tag?.key, scalarOf(tag?.value));
  const kind = kindOf(span.kind);
  const parent = idOf(span.parentSpanId);
  records.accept({
    trace: hexId(trace, 32),
    id: hexId(id, 16),
    parent: parent && idOf(hexId(parent, 16)),
    service,
    operation: nameOf(span.name),
    kind,
    start,
    duration: Number(end - start) / 1000,
    error: hasFailed(span.status) || tags.error,
    follows: false,
    peer: tags.callee(kind),
    requestBytes: tags.requestBytes,
    responseBytes: tags.responseBytes,
    properties: tags.properties,
  });
  if (Array.isArray(span.links) && span.links.length > 0) records.mark("span-links", "noted");
}

/**
 * The end in ns, or null after the record was rejected: `missing-end` (an unfinished span), `bad-number` or
 * `end-before-start`.
 */
function endOf(value: unknown, start: bigint, records: JsonRecords): bigint | null {
  const end = nanoseconds(value, 1);
  if (end === undefined || end === 0n) records.reject("missing-end", "endTimeUnixNano", value);
  else if (end === null) records.reject("bad-number", "endTimeUnixNano", value);
  else if (end < start) records.reject("end-before-start", "endTimeUnixNano", value);
  else return end;
  return null;
}

/** A kind given by its number, by the number's digits or by its name. */
function kindOf(kind: unknown): SpanKind | null {
  return typeof kind === "number" || typeof kind === "string" ? (kinds[Number(kind)] ?? spanKind(kind)) : null;
}

function hasFailed(status: unknown): boolean {
  const code = isObject(status) ? status.code : undefined;
  return code === 2 || code === "2" || code === "STATUS_CODE_ERROR" || code === "ERROR";
}

/** An attribute's value, where it is a scalar. */
function scalarOf(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  return value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue;
}

/** An id in lower-case hex where it is one of that many digits, written in hex or base64; else as it is. */
function hexId(id: string, digits: 16 | 32): string {
  if (id.length === digits && /^[0-9A-Fa-f]+$/.test(id)) return id.toLowerCase();
  if (id.length !== (digits === 16 ? 12 : 24) || !(digits === 16 ? base64Span : base64Trace).test(id)) return id;
  return Array.from(atob(id), (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}
