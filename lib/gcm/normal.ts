/**
 * Quantile of the standard normal distribution at a probability in (0, 1), to a relative error of 1.15e-9: P. J. Acklam's
 * rational approximation ("An algorithm for computing the inverse normal cumulative distribution function", 2003).
 */
export function normalQuantile(probability: number): number {
  const low = 0.02425;
  if (probability > 1 - low) return -normalQuantile(1 - probability);
  if (probability < low) {
    const q = Math.sqrt(-2 * Math.log(probability));
    return polynomial(tailNumerator, q) / polynomial(tailDenominator, q);
  }
  const q = probability - 0.5;
  const r = q * q;
  return (q * polynomial(centreNumerator, r)) / polynomial(centreDenominator, r);
}

const centreNumerator = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const centreDenominator = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
];
const tailNumerator = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailDenominator = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];

/** Probability that a standard normal variable is at most x, to 7.5e-8 (Abramowitz and Stegun, 26.2.17). */
export function normalProbability(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const density = 0.3989422804014327 * Math.exp((-x * x) / 2);
  const upper =
    density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - upper : upper;
}

/** Horner's rule, the highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}
