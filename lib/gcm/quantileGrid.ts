/**
 * Quantile levels at which own-time tables stand: ascending, first 0, last 1, symmetric about 1/2 and denser at both
 * ends, q = 1/2 ± 1/2·(1 − (1 − |x|)^2.2) for x evenly spaced on [−1, 1].
 * @param size number of levels, at least 2
 */
export function quantileGrid(size = 64): number[] {
  return Array.from({ length: size }, (_, index) => {
    const x = (2 * index) / (size - 1) - 1;
    const level = 0.5 + (Math.sign(x) * (1 - (1 - Math.abs(x)) ** 2.2)) / 2;
    return Number(level.toPrecision(12));
  });
}
