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
import type { JsonFormat, JsonRecords } from "./jsonFormat.ts";
import { SpanTags } from "./spanTags.ts";

/**
 * Jaeger's JSON: answers of its API and downloads of its UI (`{"data": [trace, …]}`), traces alone or in arrays, and
 * single spans with their `process`, as its storage has them. Downloads repeat each ancestor of a span within the
 * references (`references[].span`): every such copy counts as a record read, so that the records of a file are its
 * `operationName`s, and is merged as `nested-reference` where its trace has the span.
 */
export const jaeger: JsonFormat = {
  name: "jaeger",
  containers: new Set(["data"]),
  detects: (beginning) =>
    /"(spanID|traceID)"\s*:/.test(beginning) || /^\uFEFF?\s*\{\s*"data"\s*:\s*(null|\[\s*\])/.test(beginning),
  read(element, records) {
    if (!isObject(element)) records.reject("no-trace", "", element);
    else if (Array.isArray(element.spans)) readTrace(element.spans, element, records);
    else if (element.spans === undefined && "spanID" in element) readTrace([element], {}, records);
    else records.reject("no-trace", "spans", element.spans);
  },
};

function readTrace(spans: unknown[], trace: JsonObject, records: JsonRecords): void {
  const ids = new Set(spans.map((span) => (isObject(span) ? span.spanID : undefined)));
  // A stack instead of recursion: a copy nests as deep as its trace.
  const stack: unknown[] = [];
  for (const span of spans) {
    readSpan(span, trace, records);
    pushNested(span, stack);
    while (stack.length > 0) {
      const nested = stack.pop() as JsonObject;
      if (ids.has(nested.spanID)) records.merge("nested-reference");
      else {
        readSpan(nested, trace, records);
        ids.add(nested.spanID);
      }
      pushNested(nested, stack);
    }
  }
}

function pushNested(span: unknown, stack: unknown[]): void {
  const references = isObject(span) ? span.references : undefined;
  if (!Array.isArray(references)) return;
  for (let i = references.length - 1; i >= 0; i--) if (isObject(references[i]?.span)) stack.push(references[i].span);
}

function readSpan(value: unknown, { traceID, processes }: JsonObject, records: JsonRecords): void {
  const span = requiredSpan(value, records);
  if (span === null) return;
  const trace = requiredId(span.traceID ?? traceID, "missing-trace-id", "traceID", records);
  if (trace === null) return;
  const id = requiredId(span.spanID, "missing-span-id", "spanID", records);
  if (id === null) return;
  const start = startOf(span.startTime, 1000, "startTime", records);
  if (start === null) return;
  const duration = durationOf(span.duration, records);
  if (duration === null) return;

  const tags = new SpanTags(records.wanted);
  if (Array.isArray(span.tags)) for (const tag of span.tags) tags.add(tag?.key, tag?.value);
  const { parent, follows, others, elsewhere } = parentOf(span, trace);
  records.accept({
    trace,
    id,
    parent,
    service: nameOf(processOf(span, processes)?.serviceName),
    operation: nameOf(span.operationName),
    kind: tags.kind,
    start,
    duration,
    error: tags.error,
    follows,
    peer: tags.callee(tags.kind),
    requestBytes: tags.requestBytes,
    responseBytes: tags.responseBytes,
    properties: tags.properties,
  });
  if (others) records.mark("several-parents", "noted");
  if (elsewhere) records.mark("parent-in-other-trace", "noted");
}

function processOf(span: JsonObject, processes: unknown): JsonObject | undefined {
  const id = span.processID;
  const known = typeof id === "string" && isObject(processes) && Object.hasOwn(processes, id);
  const process = known ? processes[id] : span.process;
  return isObject(process) ? process : undefined;
}

/** The parent: the first CHILD_OF reference within the trace, else the first FOLLOWS_FROM, else the old `parentSpanID`. */
function parentOf(span: JsonObject, trace: string) {
  let child: string | null = null;
  let followed: string | null = null;
  let others = false;
  let elsewhere = false;
  if (Array.isArray(span.references)) {
    for (const reference of span.references) {
      const id = isObject(reference) ? idOf(reference.spanID) : null;
      if (id === null) continue;
      if (!sameTrace(reference.traceID, trace)) {
        elsewhere = true;
        continue;
      }
      others ||= child !== null || followed !== null;
      if (reference.refType === "FOLLOWS_FROM") followed ??= id;
      else child ??= id;
    }
  }
  if (child === null && followed === null) child = idOf(span.parentSpanID);
  return { parent: child ?? followed, follows: child === null && followed !== null, others, elsewhere };
}

/** Whether a reference stays in its trace: trace ids are written with and without leading zeros. */
function sameTrace(id: unknown, trace: string): boolean {
  if (id === trace || typeof id !== "string" || id === "") return true;
  return id.replace(/^0+/, "") === trace.replace(/^0+/, "");
}
