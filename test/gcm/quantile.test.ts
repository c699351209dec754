import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantile } from "../../lib/gcm/quantile.ts";
import { quantileGrid } from "../../lib/gcm/quantileGrid.ts";
import { QuantileTablesBuilder, quantileOf } from "../../lib/simulate/quantileTables.ts";

describe("quantileGrid", () => {
  it("runs from 0 to 1, ascending, symmetric, and denser at the ends", () => {
    const grid = quantileGrid();
    expect(grid).toHaveLength(64);
    expect([grid[0], grid.at(-1)]).toEqual([0, 1]);
    for (let i = 1; i < 64; i++) expect(grid[i]).toBeGreaterThan(grid[i - 1]!);
    for (let i = 0; i < 64; i++) expect(grid[i]! + grid[63 - i]!).toBeCloseTo(1, 11);
    expect(grid[1]).toBeLessThan(0.001);
    expect(grid[32]! - grid[31]!).toBeGreaterThan(0.02);
  });
});

describe("quantile", () => {
  it("stands on the grid's levels when a table is full, and is linear in log(1 + value) between", () => {
    const table = { values: [0, Math.E - 1, Math.E ** 3 - 1] };
    const grid = [0, 0.2, 1];
    expect(quantile(grid, table, 0.2)).toBeCloseTo(Math.E - 1, 12);
    expect(quantile(grid, table, 0.1)).toBeCloseTo(Math.exp(0.5) - 1, 12);
    expect(quantile(grid, table, 0.6)).toBeCloseTo(Math.exp(2) - 1, 12);
  });

  it("takes fewer values than the grid's as the sorted sample", () => {
    const grid = quantileGrid();
    expect([0, 0.25, 0.5, 0.75, 1].map((u) => Math.round(quantile(grid, { values: [1, 2, 3, 4, 5] }, u)))).toEqual([
      1, 2, 3, 4, 5,
    ]);
    expect(quantile(grid, { values: [7] }, 0.3)).toBe(7);
  });

  const values = (size: number) =>
    fc
      .array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: size, maxLength: size })
      .map((list) => list.sort((a, b) => a - b));

  it("is monotone, stays between the ends, and equals its compiled form", () => {
    const grid = quantileGrid();
    fc.assert(
      fc.property(
        fc.oneof(values(64), values(1), values(10)),
        fc.array(fc.double({ min: 1e-10, max: 1 - 1e-10, noNaN: true }), { minLength: 1 }),
        (list, levels) => {
          const builder = new QuantileTablesBuilder(grid);
          builder.add({ values: [1, 2] });
          const index = builder.add({ values: list });
          const compiled = builder.build();
          const found = levels.sort((a, b) => a - b).map((u) => quantile(grid, { values: list }, u));
          for (const [at, value] of found.entries()) {
            expect(value).toBeGreaterThanOrEqual(list[0]! * (1 - 1e-12));
            expect(value).toBeLessThanOrEqual(list.at(-1)! * (1 + 1e-12));
            if (at > 0) expect(value).toBeGreaterThanOrEqual(found[at - 1]! * (1 - 1e-12));
            expect(quantileOf(compiled, index, levels[at]!)).toBeCloseTo(value, 3);
          }
        },
      ),
    );
  });
});
