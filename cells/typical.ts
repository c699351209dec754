import { sampleQuantile } from "../lib/compare/quantileErrors.ts";
import type { LatencyRange } from "./cdfPointer.ts";

/** The middle tenth of a sample of latencies, what typical traces take. */
export function typical(latencies: Float64Array): LatencyRange {
  const sorted = latencies.toSorted();
  return { from: sampleQuantile(sorted, 0.45), to: sampleQuantile(sorted, 0.55) };
}
