import {
  durationOf,
  idOf,
  isObject,
  type JsonObject,
  nameOf,
  requiredId,
  requiredSpan,
  startOf,
} from "./jsonFields.ts";
import type { JsonFormat } from "./jsonFormat.ts";
import { SpanTags, spanKind } from "./spanTags.ts";

/**
 * Zipkin's JSON, version 2: spans, alone or in arrays (of arrays). A client and its server may share a span id
 * (`shared`): both are accepted, each with its kind. A span that was never finished has no duration and is rejected as
 * `missing-duration`, and one of which nothing but tags was reported as `missing-start`; the other side of such a call
 * is a record of its own. A span without a kind is local or unfinished: its kind is unknown.
 */
export const zipkin: JsonFormat = {
  name: "zipkin",
  containers: new Set(),
  detects: (beginning) =>
    /"traceId"\s*:/.test(beginning) &&
    /"id"\s*:/.test(beginning) &&
    !/"(resourceSpans|scopeSpans)"\s*:/.test(beginning),
  read(element, records) {
    const span = requiredSpan(element, records);
    if (span === null) return;
    refuseVersion1(span);
    const trace = requiredId(span.traceId, "missing-trace-id", "traceId", records);
    if (trace === null) return;
    const id = requiredId(span.id, "missing-span-id", "id", records);
    if (id === null) return;
    const start = startOf(span.timestamp, 1000, "timestamp", records);
    if (start === null) return;
    const duration = durationOf(span.duration, records);
    if (duration === null) return;

    const kind = spanKind(span.kind);
    const tags = new SpanTags(records.wanted);
    tags.add("peer.service", isObject(span.remoteEndpoint) ? span.remoteEndpoint.serviceName : undefined);
    let failed = false;
    if (isObject(span.tags)) {
      for (const name of Object.keys(span.tags)) {
        // The tag alone says that the span failed; its value is the message.
        if (name === "error") failed = span.tags.error !== "false" && span.tags.error !== false;
        else tags.add(name, span.tags[name]);
      }
    }
    records.accept({
      trace,
      id,
      parent: idOf(span.parentId),
      service: nameOf(isObject(span.localEndpoint) ? span.localEndpoint.serviceName : undefined),
      operation: nameOf(span.name),
      kind,
      start,
      duration,
      error: failed || tags.error,
      follows: false,
      peer: tags.callee(kind),
      requestBytes: tags.requestBytes,
      responseBytes: tags.responseBytes,
      properties: tags.properties,
    });
  },
};

function refuseVersion1({ binaryAnnotations, annotations }: JsonObject): void {
  const first = Array.isArray(annotations) ? annotations[0] : undefined;
  if (binaryAnnotations === undefined && !(isObject(first) && "endpoint" in first)) return;
  throw new Error(
    "is Zipkin JSON of version 1 (its spans have binaryAnnotations or endpoints in annotations): version 2 is expected",
  );
}
