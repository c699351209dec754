import { otlpLine, type RecordedSpan } from "../../datasets/otlp.ts";
import type { Random } from "../../datasets/random.ts";

/** 2024-01-01T00:00:00Z, in ns. */
const origin = 1704067200000000000n;

/** A call of an API with the calls that it makes; times are µs after the first entry. */
export interface DrawnCall {
  service: string;
  api: string;
  start: number;
  end: number;
  calls: DrawnCall[];
}

/** One trace as a line: a server span for each call, and a client span about it where another service calls. */
export function traceLine(root: DrawnCall, random: Random): string {
  const trace = random.hex(32);
  const spans: RecordedSpan[] = [];
  const time = (micros: number) => origin + BigInt(Math.round(micros * 1000));
  const add = ({ service, api, start, end, calls }: DrawnCall, parent: string | undefined) => {
    const id = random.hex(16);
    const common = { trace, error: false, attributes: {}, start: time(start), end: time(end), name: api };
    spans.push({ ...common, id, service, kind: "server", ...(parent && { parent }) });
    for (const call of calls) {
      const client = random.hex(16);
      const times = { start: time(call.start), end: time(call.end), name: call.api };
      spans.push({ ...common, ...times, id: client, service, kind: "client", parent: id });
      add(call, client);
    }
  };
  add(root, undefined);
  return otlpLine(spans);
}
