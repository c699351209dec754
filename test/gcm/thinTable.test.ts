import { describe, expect, it } from "vitest";
import { Random } from "../../datasets/random.ts";
import { quantile } from "../../lib/gcm/quantile.ts";
import { quantileGrid } from "../../lib/gcm/quantileGrid.ts";
import { tableDistance } from "../../lib/gcm/tableDistance.ts";
import { fullValues, thinTable } from "../../lib/gcm/thinTable.ts";

const grid = quantileGrid();
const given = {};
/** A log-normal table of so many observations. */
function sampled(n: number, seed: number) {
  const random = new Random(seed);
  const sample = Array.from({ length: n }, () => random.lognormal(1000, 1)).sort((a, b) => a - b);
  return { given, n, values: n < grid.length ? sample : grid.map((level) => sample[Math.round(level * (n - 1))]!) };
}

describe("thinTable", () => {
  it.each([12, 40, 100, 400, 2000, 50_000])("moves a table of %d observations by no more than 0.3/√n", (n) => {
    const table = sampled(n, n);
    const thin = thinTable(grid, table);
    expect(tableDistance(grid, thin, table)).toBeLessThanOrEqual(0.3 / Math.sqrt(n));
    expect(thin.values.length).toBeLessThanOrEqual(table.values.length);
    expect([quantile(grid, thin, 0), quantile(grid, thin, 1)]).toEqual(
      [table.values[0]!, table.values.at(-1)!].map((value) => Number(value.toPrecision(thin.step ? 6 : 17))),
    );
  });

  it("leaves fewer values the fewer observations there are", () => {
    const sizes = [100, 400, 50_000].map((n) => thinTable(grid, sampled(n, 3)).values.length);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(sizes[0]).toBeLessThan(grid.length / 2);
  });

  it("leaves one value where all are equal", () => {
    expect(thinTable(grid, { given, n: 500, values: grid.map(() => 7) })).toEqual({ given, n: 500, values: [7] });
    expect(thinTable(grid, { given, n: 1, values: [0] })).toEqual({ given, n: 1, values: [0] });
  });

  it("keeps two values far apart where they are, at any step", () => {
    const table = { given, n: 1000, values: grid.map((level) => (level < 0.3 ? 10 : 90_000)) };
    const thin = thinTable(grid, table);
    expect(tableDistance(grid, thin, table)).toBeLessThanOrEqual(0.3 / Math.sqrt(1000));
  });
});

describe("fullValues", () => {
  it("draws the same from a table as from its values at every level", () => {
    const thin = thinTable(grid, sampled(100, 8));
    expect(thin.step).toBeGreaterThan(1);
    const full = { values: [...fullValues(grid, thin)] };
    for (let u = 0.001; u < 1; u += 0.0137) expect(quantile(grid, full, u) / quantile(grid, thin, u)).toBeCloseTo(1, 9);
  });
});
