import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wasserstein } from "../../lib/compare/wasserstein.ts";

const value = fc.double({ min: 0, max: 1e6, noNaN: true });
const sorted = (values: number[]) => Float64Array.from(values).sort();

describe("wasserstein", () => {
  it("is the mean distance between order statistics of samples of one size", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 50 }), (pairs) => {
        const a = sorted(pairs.map(([first]) => first));
        const b = sorted(pairs.map(([, second]) => second));
        const mean = a.reduce((sum, each, index) => sum + Math.abs(each - b[index]!), 0) / a.length;
        expect(Math.abs(wasserstein(a, b) - mean)).toBeLessThanOrEqual(1e-9 * (1 + mean));
      }),
    );
  });

  it("does not change when a sample is written several times, and is what a shift adds", () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 30 }),
        fc.array(value, { minLength: 1, maxLength: 30 }),
        value,
        (a, b, shift) => {
          const once = wasserstein(sorted(a), sorted(b));
          expect(Math.abs(wasserstein(sorted([...a, ...a, ...a]), sorted(b)) - once)).toBeLessThanOrEqual(
            1e-9 * (1 + once),
          );
          const moved = wasserstein(sorted(a), sorted(a.map((each) => each + shift)));
          expect(Math.abs(moved - shift)).toBeLessThanOrEqual(1e-6);
        },
      ),
    );
  });

  it("has no value for an empty sample", () => {
    expect(wasserstein(sorted([]), sorted([1]))).toBeNaN();
  });
});
