import { describe, expect, it } from "vitest";
import { binCount, binEdges, probabilityOfRank } from "../../lib/gcm/rankClasses.ts";
import { RankDensitiesBuilder, rankUnder } from "../../lib/simulate/rankDensities.ts";

const widths = binEdges.slice(1).map((edge, bin) => edge - binEdges[bin]!);
const tilted = widths.map((width, bin) => width * (bin + 1));
const total = tilted.reduce((sum, weight) => sum + weight, 0);
const weights = tilted.map((weight) => weight / total);

describe("rankUnder", () => {
  it("is the inverse of the density's distribution function, and nothing without a density", () => {
    const builder = new RankDensitiesBuilder();
    const row = builder.add(weights);
    expect(builder.add(weights)).toBe(row);
    const densities = builder.build();
    for (let step = 1; step < 1000; step++) {
      expect(probabilityOfRank(weights, rankUnder(densities, row, step / 1000))).toBeCloseTo(step / 1000, 9);
    }
    expect(rankUnder(densities, -1, 0.3)).toBe(0.3);
  });

  it("stays inside (0, 1) where bins are empty", () => {
    const builder = new RankDensitiesBuilder();
    const rows = [0, 5, binCount - 1].map((only) => builder.add(widths.map((_, bin) => Number(bin === only))));
    const densities = builder.build();
    for (const row of rows) {
      for (const rank of [Number.MIN_VALUE, 0.5, 1 - 2 ** -32]) {
        const found = rankUnder(densities, row, rank);
        expect(found > 0 && found < 1).toBe(true);
      }
    }
  });
});
