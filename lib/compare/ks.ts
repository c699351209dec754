/**
 * Two-sample Kolmogorov-Smirnov distance: the largest vertical distance between the empirical distribution functions,
 * 0 to 1. Ties within and between samples are stepped over together. An empty sample is at distance 1 from any other,
 * and 0 from an empty one.
 * @param a ascending; @param b ascending
 */
export function ks(a: Float64Array, b: Float64Array): number {
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 0 : 1;
  let i = 0;
  let j = 0;
  let largest = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= value) i++;
    while (j < b.length && b[j]! <= value) j++;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}
