import { describe, expect, it } from "vitest";
import { normalProbability, normalQuantile } from "../../lib/gcm/normal.ts";

// Published values: NIST/SEMATECH e-Handbook of Statistical Methods, table of the standard normal distribution.
const known = [
  [0, 0.5],
  [1, 0.8413447],
  [1.959963985, 0.975],
  [2.326347874, 0.99],
  [3.090232306, 0.999],
] as const;

describe("normal", () => {
  it("gives the tabulated probabilities and quantiles, on both sides", () => {
    for (const [x, probability] of known) {
      expect(normalProbability(x)).toBeCloseTo(probability, 6);
      expect(normalProbability(-x)).toBeCloseTo(1 - probability, 6);
      expect(normalQuantile(probability)).toBeCloseTo(x, 6);
      expect(normalQuantile(1 - probability)).toBeCloseTo(-x, 6);
    }
  });

  it("inverts itself down to the tails", () => {
    for (let exponent = 1; exponent <= 6; exponent++) {
      const probability = 10 ** -exponent;
      expect(normalProbability(normalQuantile(probability))).toBeCloseTo(probability, 6);
    }
  });
});
