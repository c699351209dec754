import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binCount, binEdges } from "../../lib/gcm/rankClasses.ts";
import { regimeDensities } from "../../lib/gcm/regimeDensities.ts";

const widths = binEdges.slice(1).map((edge, bin) => edge - binEdges[bin]!);

describe("regimeDensities", () => {
  it("gives nothing where regimes are in proportion, and for too few observations", () => {
    expect(regimeDensities([1, 2, 3].map((times) => widths.map((width) => Math.round(1000 * width * times))))).toEqual(
      [],
    );
    expect(regimeDensities([widths.map(() => 1), widths.map(() => 2)])).toEqual([]);
  });

  it("gives a density to the regime that differs, and one to all others together", () => {
    const rows = regimeDensities([
      widths.map((width) => 1000 * width),
      widths.map((width) => 2000 * width),
      widths.map((width, bin) => (bin >= 6 ? 4000 * width : 0)),
      // Too rare to be told.
      widths.map((_, bin) => Number(bin === 3)),
    ]);
    expect(rows.map(({ given }) => given)).toContainEqual({ regime: "3" });
    expect(rows.at(-1)!.given).toEqual({});
    expect(
      rows
        .find(({ given }) => given.regime === "3")!
        .weights.slice(0, 6)
        .every((weight) => weight < 0.03),
    ).toBe(true);
  });

  it("mixes to a uniform rank, whatever the counts", () => {
    const counts = fc.array(fc.nat(500), { minLength: binCount, maxLength: binCount });
    fc.assert(
      fc.property(fc.array(counts, { minLength: 2, maxLength: 5 }), (table) => {
        const rows = regimeDensities(table);
        const n = rows.reduce((sum, row) => sum + row.n, 0);
        const seen = widths.map((_, bin) => table.some((row) => row[bin]! > 0));
        // Bins that are empty under all regimes have no say.
        if (rows.length === 0 || seen.includes(false)) return;
        for (const { weights } of rows) expect(weights.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 2);
        for (const [bin, width] of widths.entries()) {
          const mixed = rows.reduce((sum, row) => sum + (row.n / n) * row.weights[bin]!, 0);
          expect(Math.abs(mixed - width)).toBeLessThan(0.02);
        }
      }),
    );
  });
});
