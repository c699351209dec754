import type { Executions } from "../simulate/executions.ts";
import { mix32 } from "../simulate/random.ts";
import { type ApiNames, samplesKey } from "./latencySamples.ts";

/** Numbers for APIs that are the same in everything compared, given out as they are asked for. */
export class ApiNumbers {
  private readonly numbers = new Map<string, number>();

  /** The number of each API of a list, by its index there. */
  of(names: ApiNames): Int32Array {
    const serviceName = new Map(names.services.map(({ id, name }) => [id, name]));
    return Int32Array.from(names.apis, ({ service, name }) =>
      this.number(samplesKey({ service: serviceName.get(service) ?? service, name })),
    );
  }

  /** The number under a key of `samplesKey`. */
  number(key: string): number {
    const known = this.numbers.get(key) ?? this.numbers.size;
    this.numbers.set(key, known);
    return known;
  }

  /** The key under a number. */
  key(number: number): string {
    return [...this.numbers.keys()][number]!;
  }
}

/** Executions taken apart: what the latency of each consists of, and the context it ran in. */
export interface ExecutionParts
  extends Pick<Executions, "length" | "trace" | "parent" | "start" | "duration" | "waited"> {
  /** Number of the API (see ApiNumbers). */
  api: Int32Array;
  /** Number of the calling API; -1 for an entry execution. */
  caller: Int32Array;
  /** What an execution waited for, µs: the longest synchronous call of each stage, summed. */
  calls: Float64Array;
  /** What is left of its duration, µs; at least 0. */
  own: Float64Array;
  /** Hash of the multiset of APIs that it calls. */
  made: Int32Array;
  /** Rows of each API, by its number. */
  rows: Map<number, number[]>;
}

/** Takes executions apart, with APIs numbered alike in original and generated ones. */
export function executionParts(executions: Executions, names: ApiNames, numbers: ApiNumbers): ExecutionParts {
  const { length, parent, stage, asynchronous, waited, duration } = executions;
  const numberOf = numbers.of(names);
  const api = Int32Array.from({ length }, (_, row) => numberOf[executions.api[row]!]!);
  const caller = new Int32Array(length).fill(-1);
  const calls = new Float64Array(length);
  const made = new Int32Array(length);
  const longest = new Map<number, number>();
  const rows = new Map<number, number[]>();
  for (let row = 0; row < length; row++) {
    const known = rows.get(api[row]!);
    if (known) known.push(row);
    else rows.set(api[row]!, [row]);
    const above = parent[row]!;
    if (above < 0) continue;
    caller[row] = api[above]!;
    made[above] = (made[above]! + mix32(api[row]! * 2 + asynchronous[row]! + 1)) | 0;
    if (asynchronous[row]) continue;
    const key = above * 65536 + stage[row]!;
    const before = longest.get(key) ?? 0;
    if (waited[row]! <= before) continue;
    longest.set(key, waited[row]!);
    calls[above] += waited[row]! - before;
  }
  const own = Float64Array.from({ length }, (_, row) => Math.max(0, duration[row]! - calls[row]!));
  const { trace, start } = executions;
  return { length, trace, parent, start, duration, waited, api, caller, calls, own, made, rows };
}
