import fc from "fast-check";
import { expect, it } from "vitest";
import { mixtureOf } from "../../lib/gcm/mixtureOf.ts";

it("weighs the two levels beside a load linearly in its logarithm, and the nearest outside of all", () => {
  const levels = [{ load: 10 }, { load: 40 }, { load: 160 }];
  expect(mixtureOf(levels, 20)).toEqual([expect.closeTo(0.5), expect.closeTo(0.5), 0]);
  expect(mixtureOf(levels, 40)).toEqual([0, 1, 0]);
  expect(mixtureOf(levels, 5)).toEqual([1, 0, 0]);
  expect(mixtureOf(levels, 1000)).toEqual([0, 0, 1]);
  const loads = fc.uniqueArray(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(loads, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (list, load) => {
      const weights = mixtureOf(
        list.sort((a, b) => a - b).map((each) => ({ load: each })),
        load,
      );
      expect(weights.every((weight) => weight >= 0)).toBe(true);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(weights.filter((weight) => weight > 0).length).toBeLessThanOrEqual(2);
    }),
  );
});
