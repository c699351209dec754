import type { LatencyRange } from "./cdfPointer.ts";

/**
 * The middle tenth of a sample of latencies, what typical traces take. Its ends are latencies of the sample, so that a
 * sample that is not empty has one in it, however small it is; null for an empty one.
 */
export function typical(latencies: Float64Array): LatencyRange | null {
  const sorted = latencies.toSorted();
  if (sorted.length === 0) return null;
  const last = sorted.length - 1;
  return { from: sorted[Math.floor(0.45 * last)]!, to: sorted[Math.ceil(0.55 * last)]! };
}
