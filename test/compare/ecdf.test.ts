import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ecdf, ecdfAt } from "../../lib/compare/ecdf.ts";

const sample = fc
  .array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 80 })
  .map((list) => Float64Array.from(list).sort());

describe("ecdf", () => {
  it("is the share of values at or below each point", () => {
    fc.assert(
      fc.property(
        sample,
        fc.integer({ min: 2, max: 100 }),
        fc.double({ min: -5, max: 60, noNaN: true }),
        (sorted, points, x) => {
          expect(ecdfAt(sorted, x)).toBe(sorted.filter((value) => value <= x).length / sorted.length);
          const drawn = ecdf(sorted, points);
          expect(drawn.length).toBeLessThanOrEqual(points);
          expect(drawn.at(-1)).toEqual({ x: sorted.at(-1), p: 1 });
          expect(drawn[0]!.x).toBe(sorted[0]);
          for (const point of drawn) expect(point.p).toBe(ecdfAt(sorted, point.x));
        },
      ),
    );
  });

  it("has every distinct value of a small sample, and nothing for an empty one", () => {
    expect(ecdf(Float64Array.of(1, 1, 2, 5))).toEqual([
      { x: 1, p: 0.5 },
      { x: 2, p: 0.75 },
      { x: 5, p: 1 },
    ]);
    expect(ecdf(new Float64Array())).toEqual([]);
  });
});
