import { describe, expect, it } from "vitest";
import { bootstrapKs } from "../../lib/compare/bootstrap.ts";
import { ks } from "../../lib/compare/ks.ts";
import { Random } from "../../lib/simulate/random.ts";

function uniform(random: Random, n: number, shift: number): Float64Array {
  return Float64Array.from({ length: n }, () => random.uniform() + shift).sort();
}

describe("bootstrapKs", () => {
  it.each([0, 0.05, 0.3])("covers a true distance of %s at least as often as it says", (shift) => {
    const random = new Random(11);
    const repetitions = 200;
    let covered = 0;
    for (let seed = 0; seed < repetitions; seed++) {
      const bounds = bootstrapKs(uniform(random, 150, 0), uniform(random, 150, shift), { seed, replicates: 99 });
      if (bounds.low <= shift && shift <= bounds.high) covered++;
    }
    // 95 %, less three standard deviations of 200 repetitions
    expect(covered / repetitions).toBeGreaterThan(0.904);
  });

  it("holds the samples' distance, narrows with more values, and repeats with the seed", () => {
    const random = new Random(5);
    const width = (n: number) => {
      const [a, b] = [uniform(random, n, 0), uniform(random, n, 0.1)];
      const { low, high } = bootstrapKs(a, b, { seed: 1 });
      expect(bootstrapKs(a, b, { seed: 1 })).toEqual({ low, high });
      expect(low).toBeLessThanOrEqual(ks(a, b));
      expect(high).toBeGreaterThanOrEqual(ks(a, b));
      return high - low;
    };
    expect(width(4000)).toBeLessThan(width(100) / 2);
  });

  it("knows nothing of an empty sample", () => {
    expect(bootstrapKs(new Float64Array(), Float64Array.of(1), { seed: 1 })).toEqual({ low: 0, high: 1 });
  });
});
