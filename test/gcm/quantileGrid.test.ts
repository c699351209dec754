import { expect, test } from "vitest";
import { quantileGrid } from "../../lib/gcm/quantileGrid.ts";

test.each([2, 3, 16, 64])("%d levels run from 0 to 1, ascend, and are symmetric about 1/2", (size) => {
  const grid = quantileGrid(size);
  expect(grid).toHaveLength(size);
  expect([grid[0], grid.at(-1)]).toEqual([0, 1]);
  for (let i = 1; i < size; i++) expect(grid[i]!).toBeGreaterThan(grid[i - 1]!);
  for (let i = 0; i < size; i++) expect(grid[i]! + grid[size - 1 - i]!).toBeCloseTo(1, 11);
});

test("levels are denser towards both ends", () => {
  const grid = quantileGrid();
  const steps = grid.slice(1).map((level, i) => level - grid[i]!);
  const half = steps.slice(0, 31);
  expect(half).toEqual(half.toSorted((a, b) => a - b));
  expect(steps[0]!).toBeLessThan(0.001);
  expect(Math.max(...steps)).toBeLessThan(0.05);
});

test("levels are those of the formula", () => {
  // The fourth of five stands at x = 1/2: 1/2 + (1 - 2^-2.2) / 2.
  expect(quantileGrid(5)[3]).toBeCloseTo(1 - 2 ** -3.2, 11);
});
