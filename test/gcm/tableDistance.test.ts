import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quantile } from "../../lib/gcm/quantile.ts";
import { quantileGrid } from "../../lib/gcm/quantileGrid.ts";
import { probabilityBelow, tableDistance } from "../../lib/gcm/tableDistance.ts";

const grid = quantileGrid();
const table = (values: number[]) => ({ values: values.toSorted((a, b) => a - b) });
const sample = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 63 });
const onGrid = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: grid.length, maxLength: grid.length });

describe("the distribution function", () => {
  test("is 0 before the first value and 1 from the last one on", () => {
    const { values } = table([3, 5, 9]);
    expect([2.9, 3, 5, 9, 10].map((x) => probabilityBelow(grid, { values }, x))).toEqual([0, 0, 0.5, 1, 1]);
    expect(probabilityBelow(grid, { values: [4] }, 4)).toBe(1);
  });

  test("jumps at values that are taken often", () => {
    const { values } = table([1, 5, 5, 5, 9]);
    expect(probabilityBelow(grid, { values }, 5)).toBe(0.75);
    expect(probabilityBelow(grid, { values }, 4.999999)).toBeCloseTo(0.25, 5);
  });

  test("is the inverse of the quantile function", () => {
    fc.assert(
      fc.property(fc.oneof(sample, onGrid), fc.double({ min: 0, max: 1, noNaN: true }), (list, u) => {
        const distinct = table([...new Set(list)]);
        if (distinct.values.length < 2) return;
        expect(probabilityBelow(grid, distinct, quantile(grid, distinct, u))).toBeCloseTo(u, 6);
      }),
    );
  });
});

describe("the Kolmogorov-Smirnov distance", () => {
  test("is 0 of a table and itself, 1 of tables apart, and symmetric", () => {
    fc.assert(
      fc.property(fc.oneof(sample, onGrid), fc.oneof(sample, onGrid), (a, b) => {
        expect(tableDistance(grid, table(a), table(a))).toBe(0);
        expect(tableDistance(grid, table(a), table(b.map((x) => x + 501)))).toBe(1);
        expect(tableDistance(grid, table(a), table(b))).toBe(tableDistance(grid, table(b), table(a)));
      }),
    );
  });

  test("sees what lies just below a value that is taken often", () => {
    // All of one is 100; a tenth of the other reaches past 100, and what is below it is spread evenly in the logarithm.
    const constant = { values: [100, 100] };
    const spread = { values: [0, 101 ** (10 / 9) - 1] };
    expect(tableDistance(grid, constant, spread)).toBeCloseTo(0.9, 6);
  });

  test("is the largest difference at any of many points", () => {
    fc.assert(
      fc.property(fc.oneof(sample, onGrid), fc.oneof(sample, onGrid), (a, b) => {
        const [first, second] = [table(a), table(b)];
        let largest = 0;
        for (let x = -1; x <= 501; x += 0.25) {
          for (const at of [x, x - 1e-9]) {
            const difference = probabilityBelow(grid, first, at) - probabilityBelow(grid, second, at);
            largest = Math.max(largest, Math.abs(difference));
          }
        }
        expect(Math.abs(tableDistance(grid, first, second) - largest)).toBeLessThan(1e-6);
      }),
    );
  });
});
