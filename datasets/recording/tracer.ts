import { randomBytes } from "node:crypto";
import type { RecordedSpan } from "../otlp.ts";

/** Wall clock less monotonic clock, ns: read once, so that a process's clock never steps. */
const anchor =
  BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n - process.hrtime.bigint();

/** A span under way. */
export class ActiveSpan {
  readonly recorded: RecordedSpan;
  readonly #sink: RecordedSpan[];

  constructor(sink: RecordedSpan[], span: Omit<RecordedSpan, "start" | "end" | "error" | "attributes">) {
    const start = anchor + process.hrtime.bigint();
    this.#sink = sink;
    this.recorded = { ...span, start, end: start, error: false, attributes: {} };
  }

  set(name: string, value: string | number | boolean): void {
    this.recorded.attributes[name] = value;
  }

  /** Stamps the end and hands the span over to its tracer. */
  end(error: boolean): void {
    this.recorded.end = anchor + process.hrtime.bigint();
    this.recorded.error = error;
    this.#sink.push(this.recorded);
  }

  /** The span as the parent of spans in another process (W3C Trace Context). */
  get traceparent(): string {
    return `00-${this.recorded.trace}-${this.recorded.id}-01`;
  }
}

/** Records the spans of one service in memory. */
export class Tracer {
  readonly spans: RecordedSpan[] = [];
  readonly #service: string;

  constructor(service: string) {
    this.#service = service;
  }

  /** A server span, child of the span that the `traceparent` header names, else the root of a new trace. */
  server(name: string, traceparent: string | undefined): ActiveSpan {
    const [, trace, parent] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceparent ?? "") ?? [];
    return this.#start(name, "server", trace ?? randomBytes(16).toString("hex"), parent);
  }

  /** A client span below a span of this process. */
  client(name: string, parent: ActiveSpan): ActiveSpan {
    return this.#start(name, "client", parent.recorded.trace, parent.recorded.id);
  }

  #start(name: string, kind: RecordedSpan["kind"], trace: string, parent: string | undefined): ActiveSpan {
    const id = randomBytes(8).toString("hex");
    return new ActiveSpan(this.spans, { trace, id, ...(parent ? { parent } : {}), service: this.#service, name, kind });
  }
}
