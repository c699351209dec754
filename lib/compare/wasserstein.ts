/**
 * Wasserstein-1 distance of two samples, in their unit: the area between the empirical distribution functions, or the
 * mean distance by which one sample must be moved to become the other. NaN where a sample is empty.
 * @param a ascending; @param b ascending
 */
export function wasserstein(a: Float64Array, b: Float64Array): number {
  if (a.length === 0 || b.length === 0) return Number.NaN;
  let i = 0;
  let j = 0;
  let area = 0;
  let before = Math.min(a[0]!, b[0]!);
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    area += Math.abs(i / a.length - j / b.length) * (value - before);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    before = value;
  }
  return area;
}
