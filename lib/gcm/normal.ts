/**
 * Quantile of the standard normal distribution at a probability in (0, 1), to a relative error of 1.15e-9: P. J. Acklam's
 * rational approximation ("An algorithm for computing the inverse normal cumulative distribution function", 2003).
 * Written out, because the simulator spends much of its time here.
 */
export function normalQuantile(probability: number): number {
  const low = 0.02425;
  if (probability > 1 - low) return -lowerTail(1 - probability);
  if (probability < low) return lowerTail(probability);
  const q = probability - 0.5;
  const r = q * q;
  const over =
    ((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r + 1.38357751867269e2) * r -
      3.066479806614716e1) *
      r +
    2.506628277459239;
  const under =
    ((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r + 6.680131188771972e1) * r -
      1.328068155288572e1) *
      r +
    1;
  return (q * over) / under;
}

function lowerTail(probability: number): number {
  const q = Math.sqrt(-2 * Math.log(probability));
  const over =
    ((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const under =
    (((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
  return over / under;
}

/** Probability that a standard normal variable is at most x, to 7.5e-8 (Abramowitz and Stegun, 26.2.17). */
export function normalProbability(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const density = 0.3989422804014327 * Math.exp((-x * x) / 2);
  const upper =
    density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - upper : upper;
}
