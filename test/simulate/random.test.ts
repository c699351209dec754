import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mix32, Random } from "../../lib/simulate/random.ts";

describe("Random", () => {
  it("is sfc32, written here a second time with whole numbers of any size", () => {
    const random = new Random(7, 3);
    const state = Array.from((random as unknown as { state: Int32Array }).state, (word) => BigInt(word >>> 0));
    const word = (value: bigint) => BigInt.asUintN(32, value);
    for (let draw = 0; draw < 1000; draw++) {
      let [a, b, c, counter] = state as [bigint, bigint, bigint, bigint];
      const result = word(a + b + counter);
      counter = word(counter + 1n);
      a = b ^ (b >> 9n);
      b = word(c + (c << 3n));
      c = word(word((c << 21n) | (c >> 11n)) + result);
      state.splice(0, 4, a, b, c, counter);
      expect(random.word() >>> 0).toBe(Number(result));
    }
  });

  it("is uniform on (0, 1), within and across streams", () => {
    const cells = new Int32Array(64);
    const random = new Random(1);
    for (let stream = 0; stream < 20_000; stream++) {
      random.restart(1, stream);
      for (let draw = 0; draw < 5; draw++) {
        const value = random.uniform();
        expect(value > 0 && value < 1).toBe(true);
        cells[Math.floor(value * 64)]!++;
      }
    }
    const expected = 100_000 / 64;
    const chiSquare = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(103.4); // 0.1 % point with 63 degrees of freedom
  });

  it("tells seeds and streams apart, and starts a stream over", () => {
    const first = (seed: number, stream: number) => {
      const random = new Random(seed, stream);
      return [random.word(), random.word(), random.word()].join();
    };
    const seeds = [0, 1, -1, 0.5, 2 ** 32, 2 ** 32 + 1, 1e300];
    const streams = [0, 1, 2, 2 ** 32, 2 ** 48];
    const drawn = seeds.flatMap((seed) => streams.map((stream) => first(seed, stream)));
    expect(new Set(drawn.filter((_, index) => seeds[Math.floor(index / 5)] !== 0.5)).size).toBe(30);
    expect(first(5, 9)).toBe(first(5, 9));
  });
});

describe("mix32", () => {
  it("maps different words to different words", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 500 }), (words) => {
        expect(new Set(words.map(mix32)).size).toBe(words.length);
      }),
    );
  });
});
