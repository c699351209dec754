/** A bar of a histogram: `count` values in [low, high). */
export interface Bin {
  low: number;
  high: number;
  count: number;
}

/** Anything shorter, in µs, is as good as nothing. */
const least = 1e-9;

/** Bins of equal width on a logarithmic axis between the least and the greatest positive value; 0 falls in the first. */
export function logBins(values: ArrayLike<number>, bins = 60, range?: [number, number]): Bin[] {
  let [low, high] = range ?? [Number.POSITIVE_INFINITY, 0];
  if (!range) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value >= least && value < low) low = value;
      if (Number.isFinite(value) && value > high) high = value;
    }
  }
  if (!(low > 0 && low < Number.POSITIVE_INFINITY)) return [];
  const span = Math.log(Math.max(high, low * 1.01) / low);
  const edge = (index: number) => low * Math.exp((span * index) / bins);
  const result = Array.from({ length: bins }, (_, i) => ({ low: edge(i), high: edge(i + 1), count: 0 }));
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    const index = value > low ? Math.floor((Math.log(value / low) / span) * bins) : 0;
    result[Math.min(bins - 1, index)]!.count++;
  }
  return result;
}
