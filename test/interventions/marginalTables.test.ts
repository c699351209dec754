import { describe, expect, it } from "vitest";
import { quantile } from "../../lib/gcm/quantile.ts";
import { quantileGrid as levels } from "../../lib/gcm/quantileGrid.ts";
import { marginalTables } from "../../lib/interventions/marginalTables.ts";
import { Random } from "../../lib/simulate/random.ts";
import type { Context, Table } from "../../lib/topology/topology.ts";

const quantileGrid = levels();

/** A table as a fit makes it: the sorted sample, or quantiles at the grid's levels where there are more values. */
function tableOf(given: Context, sample: readonly number[]): Table {
  const sorted = [...sample].sort((a, b) => a - b);
  const n = sorted.length;
  if (n < quantileGrid.length) return { given, n, values: sorted };
  const at = (level: number) => sorted[Math.min(n - 1, Math.floor(level * n))]!;
  return { given, n, values: quantileGrid.map(at) };
}

describe("marginalTables", () => {
  const random = new Random(1);
  const sample = (n: number, scale: number) => Array.from({ length: n }, () => scale * (1 + random.uniform()));

  it("gives back what tables have taken out of coarser ones", () => {
    const [slow, fast, path] = [sample(300, 1000), sample(5000, 10), sample(700, 100)];
    const tables = [
      tableOf({ path: "s1", scenario: "2" }, slow),
      tableOf({ path: "s1" }, path),
      tableOf({ scenario: "2" }, slow),
      tableOf({}, fast),
    ];
    const [s1, any, ...none] = marginalTables(quantileGrid, tables, (parent) => parent !== "scenario");
    expect(none).toEqual([]);
    expect([s1!.given, any!.given]).toEqual([{ path: "s1" }, {}]);
    expect([s1!.n, any!.n]).toEqual([1000, 5300]);
    const wholes = [
      [s1!, tableOf({}, [...slow, ...path])],
      [any!, tableOf({}, [...slow, ...fast])],
    ] as const;
    for (const [found, whole] of wholes)
      for (const end of [0, -1]) expect(found.values.at(end)).toBe(Number(whole.values.at(end)!.toPrecision(6)));
    for (const [found, whole] of wholes)
      for (const level of [0, 0.01, 0.3, 0.5, 0.9, 0.99, 1])
        expect(quantile(quantileGrid, found, level) / quantile(quantileGrid, whole, level)).toBeCloseTo(1, 1);
  });

  it("ascends where all values are one", () => {
    const constant = (given: Context, value: number) => tableOf(given, Array<number>(2000).fill(value));
    for (const value of [0, 0.1, 1234.5612, 1998.6, 1234567.8]) {
      const [any] = marginalTables(quantileGrid, [constant({ path: "s1" }, value), constant({}, value)], () => false);
      expect(any!.values).toEqual(quantileGrid.map(() => Number(value.toPrecision(6))));
    }
  });

  it("keeps samples of few as they are, and tables that lose nothing", () => {
    const tables = [tableOf({ scenario: "1" }, [5, 1, 3]), tableOf({ path: "s1" }, [7, 8]), tableOf({}, [2, 4])];
    const found = marginalTables(quantileGrid, tables, (parent) => parent !== "scenario");
    expect(found).toEqual([tables[1], { given: {}, n: 5, values: [1, 2, 3, 4, 5] }]);
    expect(found[0]).toBe(tables[1]);
  });
});
