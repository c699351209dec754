import { Random } from "../simulate/random.ts";
import { ks } from "./ks.ts";

export interface BootstrapOptions {
  seed: number;
  /** Resamples; 200 unless told. */
  replicates?: number;
  /** Coverage of the bounds, 0 to 1; 0.95 unless told. */
  level?: number;
}

/** Larger samples are resampled through so many of their members. */
const mostResampled = 2000;

export interface Bounds {
  low: number;
  high: number;
}

/** How often each member of a sample of n is drawn in n draws with replacement. */
function resample(counts: Int32Array, random: Random): void {
  counts.fill(0);
  const { length } = counts;
  for (let draw = 0; draw < length; draw++) counts[Math.floor(random.uniform() * length)]!++;
}

/**
 * Largest distance between the difference of two samples' distribution functions and that of their resamples, whose
 * members count as often as told and whose deviations are scaled.
 */
function deviation(
  a: Float64Array,
  b: Float64Array,
  countsA: Int32Array,
  countsB: Int32Array,
  scaleA: number,
  scaleB: number,
): number {
  let [i, j, sumA, sumB, largest] = [0, 0, 0, 0, 0];
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    while (i < a.length && a[i]! <= value) sumA += countsA[i++]!;
    while (j < b.length && b[j]! <= value) sumB += countsB[j++]!;
    largest = Math.max(largest, Math.abs((scaleA * (sumA - i)) / a.length - (scaleB * (sumB - j)) / b.length));
  }
  return largest;
}

/** At most `mostResampled` members of an ascending sample, evenly spaced. */
function thinned(sample: Float64Array): Float64Array {
  if (sample.length <= mostResampled) return sample;
  return Float64Array.from(
    { length: mostResampled },
    (_, i) => sample[Math.floor(((i + 0.5) * sample.length) / mostResampled)]!,
  );
}

/**
 * Bounds of the KS distance of two samples by the bootstrap. The distance itself is biased upwards, and a resample's
 * more so, which is why percentiles of resampled distances miss small distances. So the difference of the two
 * distribution functions is bootstrapped: how far resampling moves it anywhere, at the given level, is how far the
 * true distance may be from the one found. That holds at least as often as `level` says (triangle inequality). Of
 * samples of more than 2,000 as many stand for all, and what resampling moves is scaled by √(2000 / n), since it goes
 * with 1/√n (the m out of n bootstrap: Bickel, Götze and van Zwet, Statistica Sinica 7, 1997).
 * @param a ascending; @param b ascending
 */
export function bootstrapKs(
  a: Float64Array,
  b: Float64Array,
  { seed, replicates = 200, level = 0.95 }: BootstrapOptions,
): Bounds {
  if (a.length === 0 || b.length === 0) return { low: 0, high: 1 };
  const random = new Random(seed);
  const thinA = thinned(a);
  const thinB = thinned(b);
  const countsA = new Int32Array(thinA.length);
  const countsB = new Int32Array(thinB.length);
  const scaleA = Math.sqrt(thinA.length / a.length);
  const scaleB = Math.sqrt(thinB.length / b.length);
  const found = Float64Array.from({ length: replicates }, () => {
    resample(countsA, random);
    resample(countsB, random);
    return deviation(thinA, thinB, countsA, countsB, scaleA, scaleB);
  }).sort();
  const margin = found[Math.min(replicates, Math.ceil(level * (replicates + 1))) - 1]!;
  const distance = ks(a, b);
  return { low: Math.max(0, distance - margin), high: Math.min(1, distance + margin) };
}
