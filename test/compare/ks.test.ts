import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ks } from "../../lib/compare/ks.ts";
import { Random } from "../../lib/simulate/random.ts";

const sample = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.double({ min: 0, max: 20, noNaN: true })), {
  minLength: 1,
  maxLength: 60,
});
const sorted = (values: number[]) => Float64Array.from(values).sort();

/** By definition: the largest difference of the shares at or below each value, counted one by one. */
function byDefinition(a: number[], b: number[]): number {
  const share = (values: number[], x: number) => values.filter((value) => value <= x).length / values.length;
  return Math.max(...[...a, ...b].map((x) => Math.abs(share(a, x) - share(b, x))));
}

describe("ks", () => {
  it("is the largest difference of shares, counted one by one", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(ks(sorted(a), sorted(b))).toBeCloseTo(byDefinition(a, b), 12);
      }),
    );
  });

  it("is symmetric, 0 for equal and 1 for apart samples, and the same after any increasing map", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(ks(sorted(a), sorted(b))).toBe(ks(sorted(b), sorted(a)));
        expect(ks(sorted(a), sorted([...a, ...a]))).toBe(0);
        expect(ks(sorted(a), sorted(b.map((value) => value + 100)))).toBe(1);
        const exp = (values: number[]) => sorted(values.map((value) => value * 8));
        expect(ks(exp(a), exp(b))).toBe(ks(sorted(a), sorted(b)));
      }),
    );
  });

  it("puts an empty sample at distance 1 of any other", () => {
    expect([ks(sorted([]), sorted([1])), ks(sorted([1]), sorted([])), ks(sorted([]), sorted([]))]).toEqual([1, 1, 0]);
  });

  /** Share of pairs of samples of n uniform values whose distance is at least `critical`. */
  function exceeding(n: number, critical: number, pairs: number): number {
    const random = new Random(n);
    const draw = () => Float64Array.from({ length: n }, () => random.uniform()).sort();
    let exceeded = 0;
    for (let pair = 0; pair < pairs; pair++) if (ks(draw(), draw()) >= critical - 1e-12) exceeded++;
    return exceeded / pairs;
  }

  it("exceeds published critical values as rarely as it should", () => {
    // Two-sample table (Massey 1952, Pearson and Hartley): 7/10 for n = m = 10 and 9/20 for n = m = 20 at 5 %.
    expect(exceeding(10, 0.7, 20_000)).toBeLessThan(0.05);
    expect(exceeding(10, 0.6, 20_000)).toBeGreaterThan(0.05);
    expect(exceeding(20, 0.45, 20_000)).toBeLessThan(0.05);
    expect(exceeding(20, 0.4, 20_000)).toBeGreaterThan(0.05);
    // Smirnov's limit: 1.358·√(2/n) at 5 %, 1.628·√(2/n) at 1 %.
    expect(Math.abs(exceeding(1000, 1.358 * Math.sqrt(2 / 1000), 3000) - 0.05)).toBeLessThan(0.015);
    expect(Math.abs(exceeding(1000, 1.628 * Math.sqrt(2 / 1000), 3000) - 0.01)).toBeLessThan(0.007);
  });
});
