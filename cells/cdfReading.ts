import { ecdfAt } from "../lib/compare/ecdf.ts";
import { sampleQuantile } from "../lib/compare/quantileErrors.ts";
import { formatDuration } from "./formatDuration.ts";

/** A share of executions as it is read off a CDF: `P95`, `P99.9`. */
export function percentileName(share: number): string {
  return `P${Number((share * 100).toPrecision(4))}`;
}

/** What a CDF says at one share and one latency, for each sample (ascending, µs). */
export interface CdfReading {
  /** The quantile at the share, µs. */
  quantiles: number[];
  /** The share that took at most the latency. */
  shares: number[];
}

export function cdfReading(samples: readonly Float64Array[], share: number, latency: number): CdfReading {
  return {
    quantiles: samples.map((sample) => sampleQuantile(sample, share)),
    shares: samples.map((sample) => ecdfAt(sample, latency)),
  };
}

/** A reading in words, as a screen reader says it. */
export function readingText(names: readonly string[], samples: readonly Float64Array[], share: number): string {
  const { quantiles } = cdfReading(samples, share, 0);
  return `${percentileName(share)}: ${names.map((name, i) => `${name} ${formatDuration(quantiles[i]!)}`).join(", ")}`;
}
