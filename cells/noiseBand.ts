import { ecdfAt } from "../lib/compare/ecdf.ts";
import { type CdfPoint, cdfCurve } from "./cdfCurve.ts";

/** A band around a CDF: at `x` the CDF lies between `low` and `high`. */
export interface BandPoint {
  x: number;
  low: number;
  high: number;
}

/**
 * The band between the CDFs of two (sorted) halves of one sample: what chance alone does, point by point. No band where a
 * half is empty.
 */
export function bandBetween(a: Float64Array, b: Float64Array, limit = 500): BandPoint[] {
  if (a.length === 0 || b.length === 0) return [];
  const xs = new Set([...cdfCurve(a, limit / 2), ...cdfCurve(b, limit / 2)].map((point) => point.x));
  return [...xs]
    .sort((left, right) => left - right)
    .map((x) => {
      const [first, second] = [ecdfAt(a, x), ecdfAt(b, x)];
      return { x, low: Math.min(first, second), high: Math.max(first, second) };
    });
}

/**
 * The band that holds the whole true CDF with this confidence, by the Dvoretzky-Kiefer-Wolfowitz inequality with
 * Massart's constant (Annals of Probability 18(3), 1990): ± √(ln(2 / (1 − confidence)) / 2n).
 */
export function dkwBand(curve: CdfPoint[], n: number, confidence = 0.95): BandPoint[] {
  const half = Math.sqrt(Math.log(2 / (1 - confidence)) / (2 * n));
  return curve.map(({ x, y }) => ({ x, low: Math.max(0, y - half), high: Math.min(1, y + half) }));
}
