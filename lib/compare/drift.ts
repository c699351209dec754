import type { ExecutionParts } from "./executionParts.ts";
import { ks } from "./ks.ts";

/** How an API's original latencies change over the recording. */
export interface Drift {
  /** KS distance between the earlier and the later half of the executions; null for fewer than 40. */
  ks: number | null;
  /** Median latency (µs) of consecutive, equally large groups of executions, at their mean start (µs). */
  medians: { start: number; median: number }[];
}

const groups = 24;

/** Measures how the latencies of one API change with the time at which executions start. */
export function drift({ start, duration, rows }: ExecutionParts, api: number): Drift {
  const inTime = (rows.get(api) ?? []).toSorted((a, b) => start[a]! - start[b]! || a - b);
  const sorted = (part: readonly number[]) => Float64Array.from(part, (row) => duration[row]!).sort();
  const middle = inTime.length >> 1;
  const count = Math.min(groups, inTime.length >> 3);
  return {
    ks: inTime.length < 40 ? null : ks(sorted(inTime.slice(0, middle)), sorted(inTime.slice(middle))),
    medians: Array.from({ length: count }, (_, group) => {
      const cut = (index: number) => Math.floor((index * inTime.length) / count);
      const part = inTime.slice(cut(group), cut(group + 1));
      return {
        start: part.reduce((sum, row) => sum + start[row]!, 0) / part.length,
        median: sorted(part)[part.length >> 1]!,
      };
    }),
  };
}
