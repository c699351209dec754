import { Random } from "../../datasets/random.ts";
import type { SpanKind } from "../../lib/traces/spans.ts";
import type { SpanLiteral } from "../executions/insertSpans.ts";

/** A time that is log-uniform on [low, high], µs, so that its distribution function has a closed form. */
export interface LogUniform {
  low: number;
  high: number;
}

/** Mean and standard deviation. */
export function moments({ low, high }: LogUniform): { mean: number; deviation: number } {
  const logarithm = Math.log(high / low);
  const mean = (high - low) / logarithm;
  return { mean, deviation: Math.sqrt((high ** 2 - low ** 2) / (2 * logarithm) - mean ** 2) };
}

export function distribution({ low, high }: LogUniform, x: number): number {
  return Math.min(1, Math.max(0, Math.log(x / low) / Math.log(high / low)));
}

/** Entry API's own time; callee's work by the pattern that calls it (the work depends on the caller); network. */
export const truth = {
  own: { low: 300, high: 1200 },
  network: { low: 60, high: 240 },
  work: {
    sequential: { X: { low: 200, high: 2000 }, Y: { low: 500, high: 5000 } },
    concurrent: { X: { low: 2000, high: 20_000 }, Y: { low: 500, high: 50_000 } },
    choice: { X: { low: 400, high: 1600 }, Y: { low: 500, high: 5000 } },
    repeat: { X: { low: 200, high: 400 } },
    asynchronous: { X: { low: 300, high: 900 }, Y: { low: 20_000, high: 40_000 } },
  } as Record<string, Record<string, LogUniform>>,
  /** Probability of X; of Y otherwise. */
  choice: 0.3,
  /** Probability of three calls in a row; of one otherwise. */
  thrice: 0.8,
  /** Share of the traces that enter at each pattern. */
  mix: { sequential: 0.3, concurrent: 0.25, choice: 0.2, repeat: 0.15, asynchronous: 0.1 } as Record<string, number>,
  /** Entry calls a second. */
  rate: 50,
};

/** The name at which the running sum of shares passes `u`. */
function choose(shares: Record<string, number>, u: number): string {
  let sum = 0;
  const found = Object.entries(shares).find(([, share]) => {
    sum += share;
    return u < sum;
  });
  return found?.[0] ?? (Object.keys(shares)[0] as string);
}

/** µs with three digits, as a ns clock has them. */
const ns = (value: number) => Math.round(value * 1000) / 1000;

/**
 * Spans of traces that enter at one of five APIs, one for each way of calling, with client and server spans of every
 * remote call. Half of the own time is spent before the first call, the rest after the last one.
 */
export function makeKnownSystem(traces: number, seed: number): SpanLiteral[] {
  const random = new Random(seed);
  const draw = ({ low, high }: LogUniform) => ns(low * (high / low) ** random.uniform());
  const spans: SpanLiteral[] = [];
  let start = 0;
  for (let i = 0; i < traces; i++) {
    start = ns(start + random.exponential(1e6 / truth.rate));
    const pattern = choose(truth.mix, random.uniform());
    const trace = `t${i}`;
    const root = spans.length;
    let id = 0;
    const add = (parent: string | undefined, api: string, kind: SpanKind, from: number, length: number) => {
      spans.push({ trace, id: `${id++}`, parent, api, kind, at: [ns(from), ns(ns(from) + length)] });
      return `${id - 1}`;
    };
    /** Calls X or Y at a time; returns when the caller has its answer. */
    const call = (callee: string, from: number): number => {
      const work = draw((truth.work[pattern] as Record<string, LogUniform>)[callee] as LogUniform);
      const network = draw(truth.network);
      const client = add("0", `${pattern} call ${callee}`, "client", from, ns(work + network));
      add(client, `${callee} work`, "server", from + network / 2, work);
      return from + work + network;
    };
    const own = draw(truth.own);
    add(undefined, `${pattern} get`, "server", start, 0);
    let now = start + own / 2;
    if (pattern === "sequential") now = call("Y", call("X", now));
    else if (pattern === "concurrent") now = Math.max(call("X", now), call("Y", now));
    else if (pattern === "choice") now = call(random.uniform() < truth.choice ? "X" : "Y", now);
    else if (pattern === "repeat") {
      for (let n = random.uniform() < truth.thrice ? 3 : 1; n > 0; n--) now = call("X", now);
    } else {
      call("Y", now - 5);
      now = call("X", now);
    }
    const first = spans[root] as SpanLiteral;
    first.at = [first.at[0], ns(now + own / 2)];
  }
  return spans.map((span, i) => ({ ...span, row: i + 1 }));
}
