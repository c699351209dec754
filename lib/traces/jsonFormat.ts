import type { SpanKind } from "./spans.ts";

/** A record of a JSON document that is a span. Times are exact: starts in ns since the epoch, durations in µs. */
export interface JsonSpan {
  trace: string;
  id: string;
  parent: string | null;
  /** Null where the record does not name it, as `operation`. */
  service: string | null;
  operation: string | null;
  kind: SpanKind | null;
  /** ns since 1970. */
  start: bigint;
  /** µs. */
  duration: number;
  error: boolean;
  follows: boolean;
  peer: string | null;
  requestBytes: number | null;
  responseBytes: number | null;
  /** Tags that were asked for by name. */
  properties?: ReadonlyMap<string, string> | undefined;
}

/** Where a format puts the records of an element, in their order; each record is given to exactly one of the first three. */
export interface JsonRecords {
  /** Names of the tags that are kept as they are. */
  readonly wanted?: ReadonlySet<string>;
  accept(span: JsonSpan): void;
  /** The record is no span: the rule it breaks, and the field and the value that broke it. */
  reject(rule: string, column: string, value: unknown): void;
  /** The record says again what another one says. */
  merge(rule: string): void;
  /** Something to know about the record that was accepted last. */
  mark(rule: string, action: "repaired" | "noted"): void;
}

/** A way in which traces are written as JSON. */
export interface JsonFormat {
  name: "jaeger" | "zipkin" | "otlp";
  /** Whether the beginning of a file (decompressed, decoded; some 10 kB suffice) looks like this format. */
  detects(beginning: string): boolean;
  /**
   * Keys of the outermost objects under which elements are found, as an array of them or as an object that has such a
   * key itself. An object without any of these keys is an element, and so is every other item of an outermost array.
   */
  containers: ReadonlySet<string>;
  /** The element's value, where `JSON.parse` would lose something of it. */
  parse?(text: string): unknown;
  /** Gives the records of an element, a parsed JSON value, to `records`. Throws where the format itself is refused. */
  read(element: unknown, records: JsonRecords): void;
}
