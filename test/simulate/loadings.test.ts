import { describe, expect, it } from "vitest";
import { drawNormal, drawRank, LoadingsBuilder } from "../../lib/simulate/loadings.ts";
import { Random } from "../../lib/simulate/random.ts";

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [aa, bb, ab] = [0, 0, 0];
  a.forEach((value, i) => {
    aa += (value - ma) ** 2;
    bb += (b[i] - mb) ** 2;
    ab += (value - ma) * (b[i] - mb);
  });
  return ab / Math.sqrt(aa * bb);
}

describe("loadings", () => {
  const builder = new LoadingsBuilder(["f1", "f2"]);
  const both = builder.add({ loadings: { f1: 0.6, f2: 0.5 } });
  const one = builder.add({ loadings: { f1: 0.8 } });
  const none = builder.add({});
  const loadings = builder.build();

  it("keeps every rank uniform, and makes the correlation of ranks that the copula promises", () => {
    const random = new Random(11);
    const ranks: number[][] = [[], [], []];
    for (let trace = 0; trace < 20_000; trace++) {
      const factors = Float64Array.of(drawNormal(random), drawNormal(random));
      for (const [index, row] of [both, one, none].entries())
        ranks[index].push(drawRank(loadings, row, factors, random));
    }
    for (const column of ranks) {
      const sorted = [...column].sort((a, b) => a - b);
      const distance = Math.max(...sorted.map((rank, i) => Math.abs(rank - i / sorted.length)));
      // The 99.9 % critical value of the one-sample KS statistic.
      expect(distance).toBeLessThan(1.95 / Math.sqrt(sorted.length));
    }
    // Spearman's correlation of a Gaussian copula: 6/π · asin(ρ/2).
    const expected = (6 / Math.PI) * Math.asin((0.6 * 0.8) / 2);
    expect(correlation(ranks[0], ranks[1])).toBeCloseTo(expected, 1);
    expect(Math.abs(correlation(ranks[0], ranks[2]))).toBeLessThan(0.03);
  });

  it("gives nodes without loadings no row", () => {
    expect(none).toBe(-1);
    expect(new LoadingsBuilder([]).add({ loadings: {} })).toBe(-1);
  });
});
