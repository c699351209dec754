import type { SpanKind } from "./spans.ts";

const kinds: ReadonlySet<string> = new Set<SpanKind>(["server", "client", "internal", "producer", "consumer"]);

/**
 * Tags (attributes) that hold the size of a request or a response in bytes, best first: OpenTelemetry's semantic
 * conventions for HTTP and messaging, now and before version 1.20, the HTTP conventions' draft names, RPC's, and those
 * of Envoy and Istio. Sizes that OpenTelemetry's RPC conventions put on events, one a message, are not read.
 */
const sizes = {
  request: [
    "http.request.body.size",
    "http.request_content_length",
    "http.request.size",
    "rpc.request.body.size",
    "rpc.request.size",
    "messaging.message.body.size",
    "messaging.message.payload_size_bytes",
    "messaging.message_payload_size_bytes",
    "messaging.message.envelope.size",
    "request_size",
  ],
  response: [
    "http.response.body.size",
    "http.response_content_length",
    "http.response.size",
    "rpc.response.body.size",
    "rpc.response.size",
    "response_size",
  ],
};

type Meaning = { side: "request" | "response"; rank: number } | "span.kind" | "error" | "otel.status_code" | "peer";

const meanings = new Map<string, Meaning>([
  ["span.kind", "span.kind"],
  ["error", "error"],
  ["otel.status_code", "otel.status_code"],
  ["peer.service", "peer"],
  ["service.peer.name", "peer"],
  ...sizes.request.map((tag, rank): [string, Meaning] => [tag, { side: "request", rank }]),
  ...sizes.response.map((tag, rank): [string, Meaning] => [tag, { side: "response", rank }]),
]);

/** What the tags of one span say. */
export class SpanTags {
  /** Tags that were asked for by name, as text; absent where none was. */
  readonly properties: Map<string, string> | undefined;
  kind: SpanKind | null = null;
  error = false;
  requestBytes: number | null = null;
  responseBytes: number | null = null;
  private peer: string | null = null;
  private requestRank = Number.POSITIVE_INFINITY;
  private responseRank = Number.POSITIVE_INFINITY;

  /** @param wanted names of tags to keep as they are */
  constructor(private readonly wanted?: ReadonlySet<string>) {
    if (wanted && wanted.size > 0) this.properties = new Map();
  }

  /** Takes a tag into account; the names that mean nothing here are passed over. */
  add(name: unknown, value: unknown): void {
    if (this.properties && this.wanted!.has(name as string)) this.keep(name as string, value);
    const meaning = meanings.get(name as string);
    if (meaning === undefined) return;
    if (meaning === "span.kind") this.kind = spanKind(value);
    else if (meaning === "error") this.error ||= value === true || value === "true" || value === 1;
    else if (meaning === "otel.status_code") this.error ||= value === "ERROR";
    else if (meaning === "peer") this.peer = typeof value === "string" && value !== "" ? value : this.peer;
    else this.addSize(meaning.side, meaning.rank, value);
  }

  /** The service on the other side, which only the calling side names: on a server it would be the caller. */
  callee(kind: SpanKind | null): string | null {
    return kind === "server" || kind === "consumer" ? null : this.peer;
  }

  private keep(name: string, value: unknown): void {
    if (typeof value === "string" ? value !== "" : typeof value === "number" || typeof value === "boolean")
      this.properties!.set(name, String(value).replace(/\0|\p{Surrogate}/gu, "\uFFFD"));
  }

  private addSize(side: "request" | "response", rank: number, value: unknown): void {
    const bytes = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof bytes !== "number" || !Number.isFinite(bytes) || bytes < 0) return;
    if (side === "request" && rank < this.requestRank) [this.requestBytes, this.requestRank] = [bytes, rank];
    if (side === "response" && rank < this.responseRank) [this.responseBytes, this.responseRank] = [bytes, rank];
  }
}

/** The kind that a word means in any case, with or without OTLP's prefix; else null. */
export function spanKind(word: unknown): SpanKind | null {
  if (typeof word !== "string") return null;
  const kind = word.toLowerCase().replace(/^span_kind_/, "");
  return kinds.has(kind) ? (kind as SpanKind) : null;
}
