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

/**
 * The spans of a generated system's file, one line of it in memory at a time.
 * @param reject takes, in a line, each line of the file that is cut off, as where a process was killed or a disk was full
 * @throws Error of one line that names it, where nothing takes it
 */
export async function* recordedSpans(path: string, reject?: (reason: string) => void): AsyncGenerator<RecordedSpan> {
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (text === "") continue;
    const line = parsed(text);
    if (line === undefined) {
      const reason = `${path}: line ${number} is cut off after ${text.length} characters: its spans are rejected`;
      if (reject === undefined) throw new Error(reason);
      reject(reason);
      continue;
    }
    for (const { resource, scopeSpans } of line.resourceSpans) {
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

function parsed(text: string): OtlpLine | undefined {
  try {
    return JSON.parse(text) as OtlpLine;
  } catch {
    return undefined;
  }
}
