import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Records of a trace file, counted without any of the project's readers: lines of CSV, spans of JSON. */
export function recordsIn(path: string): number {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return path.includes(".csv") ? recordsOfCsv(text) : spansOf(JSON.parse(text) as Json);
}

type Json = { data?: Json[]; spans?: Json[]; references?: { span?: Json }[] } | Json[];

/** Lines but the header and empty ones; a line break within quotes does not end a record. */
function recordsOfCsv(text: string): number {
  let quotes = 0;
  let records = 0;
  for (const line of text.split("\n")) {
    quotes += line.split('"').length - 1;
    if (quotes % 2 === 0 && line.trim() !== "") records++;
  }
  return records - 1;
}

/** Zipkin is a list of spans; Jaeger has them in traces, and in references whole spans again. */
function spansOf(json: Json): number {
  if (Array.isArray(json)) return json.length;
  const nested = (span: Json): number =>
    Array.isArray(span) ? 0 : (span.references ?? []).reduce((sum, { span }) => sum + (span ? 1 + nested(span) : 0), 0);
  const own = (json.spans ?? []).reduce((sum, span) => sum + 1 + nested(span), 0);
  return own + (json.data ?? []).reduce((sum, trace) => sum + spansOf(trace), 0);
}
