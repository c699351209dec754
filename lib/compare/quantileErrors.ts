/** Relative errors of three quantiles: (generated − original) / original; null where that has no value. */
export interface QuantileErrors {
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** The quantile of an ascending sample, linear between its values (Hyndman and Fan's type 7); NaN for an empty one. */
export function sampleQuantile(sorted: Float64Array, level: number): number {
  const position = level * (sorted.length - 1);
  const low = Math.floor(position);
  const below = sorted[low] ?? Number.NaN;
  const above = sorted[low + 1] ?? below;
  return below + (position - low) * (above - below);
}

/**
 * How far a generated sample's p50, p95 and p99 are off the original's, as a share of the original's.
 * @param generated ascending; @param original ascending
 */
export function quantileErrors(generated: Float64Array, original: Float64Array): QuantileErrors {
  const error = (level: number) => {
    const truth = sampleQuantile(original, level);
    const found = sampleQuantile(generated, level);
    const relative = found === truth ? 0 : (found - truth) / truth;
    return Number.isFinite(relative) ? relative : null;
  };
  return { p50: error(0.5), p95: error(0.95), p99: error(0.99) };
}
