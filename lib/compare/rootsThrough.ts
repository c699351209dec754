import type { Executions } from "../simulate/executions.ts";
import type { ApiNames } from "./latencySamples.ts";

/** Entry executions of traces that come to a service. */
export interface RootsThrough {
  /** µs */
  latency: Float64Array;
  /** Kind of each trace: its entry API and what that calls. */
  kind: string[];
  /** The number of each trace among the executions. */
  trace: number[];
}

/**
 * The roots that come to a service, of original or simulated traces. The kind of a trace is what its entry API was asked
 * for, as far as traces tell: the API itself and the set of APIs that it calls.
 */
export function rootsThrough(
  executions: Executions,
  { services, apis }: ApiNames,
  service: (name: string) => boolean,
): RootsThrough {
  const { length, parent, api, duration, trace } = executions;
  const nameOf = new Map(services.map(({ id, name }) => [id, name]));
  const names = apis.map((each) => `${nameOf.get(each.service)}: ${each.name}`);
  const through = apis.map((each) => service(nameOf.get(each.service)!));
  const rows: number[] = [];
  const comes = new Set<number>();
  const calls = new Map<number, Set<number>>();
  for (let row = 0; row < length; row++) {
    const caller = parent[row]!;
    if (caller < 0) {
      rows.push(row);
      calls.set(row, new Set());
    } else calls.get(caller)?.add(api[row]!);
    if (through[api[row]!]) comes.add(trace[row]!);
  }
  const roots = rows.filter((row) => comes.has(trace[row]!));
  const kindOf = (row: number) => {
    const called = Array.from(calls.get(row)!, (each) => names[each]!).sort();
    return [names[api[row]!]!, ...called].join(" > ");
  };
  return {
    latency: Float64Array.from(roots, (row) => duration[row]!),
    kind: roots.map(kindOf),
    trace: roots.map((row) => trace[row]!),
  };
}

/** The roots of some kinds alone. */
export function ofKinds({ latency, kind, trace }: RootsThrough, wanted: (kind: string) => boolean): RootsThrough {
  const kept = kind.flatMap((each, index) => (wanted(each) ? [index] : []));
  return {
    latency: Float64Array.from(kept, (index) => latency[index]!),
    kind: kept.map((index) => kind[index]!),
    trace: kept.map((index) => trace[index]!),
  };
}

/**
 * Latencies of some roots as they would be if their kinds were mixed as those of others: evenly spaced order statistics
 * of each kind, ascending. Kinds that never occur among them count as latencies that are never reached.
 * @param size how many latencies about
 */
export function mixedLike(roots: RootsThrough, { kind }: RootsThrough, size = 20_000): Float64Array {
  const samples = new Map<string, number[]>();
  for (const [index, each] of roots.kind.entries()) {
    const known = samples.get(each);
    if (known) known.push(roots.latency[index]!);
    else samples.set(each, [roots.latency[index]!]);
  }
  const counts = new Map<string, number>();
  for (const each of kind) counts.set(each, (counts.get(each) ?? 0) + 1);
  const mixed: number[] = [];
  for (const [each, count] of counts) {
    const sorted = Float64Array.from(samples.get(each) ?? []).sort();
    const wanted = Math.round((size * count) / kind.length);
    for (let at = 0; at < wanted; at++) {
      mixed.push(sorted[Math.floor(((at + 0.5) / wanted) * sorted.length)] ?? Number.POSITIVE_INFINITY);
    }
  }
  return Float64Array.from(mixed).sort();
}
