import { sampleQuantile } from "../lib/compare/quantileErrors.ts";
import { entryApis, entryLatencies, type ModelComparison } from "./compareModels.ts";
import type { Half } from "./fitHeldOut.ts";

/** One quantile of an entry API's latency, µs: of the held-out original, and as both models generate it. */
export interface ModelQuantile {
  service: string;
  api: string;
  /** Held-out traces. */
  n: number;
  original: number;
  /** Null where the model never started a trace there. */
  simple: number | null;
  gcm: number | null;
  /** Generated over original; null where there is nothing to divide. */
  simpleRatio: number | null;
  gcmRatio: number | null;
}

/** One quantile (0 to 1) of every entry API, most called first. */
export function modelQuantiles(comparison: ModelComparison, level: number): ModelQuantile[] {
  return entryApis(comparison).map((entry) => {
    const quantileOf = ({ latencies }: Half) => {
      const durations = entryLatencies(latencies, entry);
      return durations.length > 0 ? sampleQuantile(durations, level) : null;
    };
    const original = quantileOf(comparison.test) ?? 0;
    const simple = quantileOf(comparison.simple);
    const gcm = quantileOf(comparison.gcm);
    const ratio = (generated: number | null) => (generated !== null && original > 0 ? generated / original : null);
    return {
      ...{ service: entry.service, api: entry.name, n: entry.n, original, simple, gcm },
      ...{ simpleRatio: ratio(simple), gcmRatio: ratio(gcm) },
    };
  });
}
