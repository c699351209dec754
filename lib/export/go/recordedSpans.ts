import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** A span as the runtime records it (OTLP JSON). */
export interface RecordedSpan {
  service: string;
  name: string;
  spanId: string;
  parentSpanId?: string;
  /** 2 for an execution, 3 for a call of one. */
  kind: number;
  /** Measured, and as the equation asked for, µs of the model. */
  took: number;
  model: number;
}

interface OtlpSpan extends Pick<RecordedSpan, "name" | "spanId" | "parentSpanId" | "kind"> {
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { doubleValue?: number } }[];
}

interface OtlpLine {
  resourceSpans: {
    resource: { attributes: { value: { stringValue: string } }[] };
    scopeSpans: { spans: OtlpSpan[] }[];
  }[];
}

/** The spans of a generated system's file, one line of it in memory at a time. */
export async function* recordedSpans(path: string): AsyncGenerator<RecordedSpan> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === "") continue;
    for (const { resource, scopeSpans } of (JSON.parse(line) as OtlpLine).resourceSpans) {
      const service = resource.attributes[0]!.value.stringValue;
      for (const { spans } of scopeSpans) {
        for (const { startTimeUnixNano: start, endTimeUnixNano: end, attributes, ...span } of spans) {
          const took = Number(BigInt(end) - BigInt(start)) / 1000;
          const model = attributes.find(({ key }) => key === "palette.model_us")?.value.doubleValue ?? Number.NaN;
          yield { service, ...span, took, model };
        }
      }
    }
  }
}
