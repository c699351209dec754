import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearTicks, logTicks } from "../../cells/durationTicks.ts";

describe("logTicks", () => {
  it("uses powers of ten over a long range, and 1-2-5 over a short one", () => {
    expect(logTicks(0.5, 2e6)).toEqual([1, 10, 100, 1e3, 1e4, 1e5, 1e6]);
    expect(logTicks(90, 30_000)).toEqual([100, 300, 1000, 3000, 10_000, 30_000]);
    expect(logTicks(90, 600)).toEqual([100, 200, 500]);
  });
});

describe("linearTicks", () => {
  it("is round, within the range and neither sparse nor crowded", () => {
    expect(linearTicks(0, 95)).toEqual([0, 20, 40, 60, 80]);
    expect(linearTicks(3, 3)).toEqual([3]);
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e12, noNaN: true }), (high) => {
        const ticks = linearTicks(0, high);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(9);
        expect(ticks.at(-1)!).toBeLessThanOrEqual(high * (1 + 1e-9));
      }),
    );
  });
});
