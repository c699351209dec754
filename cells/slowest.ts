import { sampleQuantile } from "../lib/compare/quantileErrors.ts";
import { sortedSample } from "./cdfCurve.ts";
import type { LatencyRange } from "./cdfPointer.ts";

/** The range of the slowest share of latencies (µs), such as the slowest 5 %; null for an empty sample. */
export function slowest(latencies: ArrayLike<number>, share = 0.05): LatencyRange | null {
  const sorted = sortedSample(latencies);
  if (sorted.length === 0) return null;
  return { from: sampleQuantile(sorted, 1 - share), to: sorted.at(-1)! };
}
