import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChoicesBuilder, choose } from "../../lib/simulate/choices.ts";
import { Random } from "../../lib/simulate/random.ts";

const weights = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 })
  .filter((list) => list.some((weight) => weight > 1e-6));

describe("ChoicesBuilder", () => {
  it("gives each outcome exactly its probability", () => {
    fc.assert(
      fc.property(fc.array(weights, { minLength: 1, maxLength: 4 }), (lists) => {
        const builder = new ChoicesBuilder();
        for (const list of lists) builder.add(list.map((probability, value) => ({ value, probability })));
        const choices = builder.build();
        for (const [index, list] of lists.entries()) {
          const total = list.reduce((sum, weight) => sum + weight, 0);
          const found = list.map(() => 0);
          for (let entry = 0; entry < choices.size[index]!; entry++) {
            const at = choices.from[index]! + entry;
            found[choices.value[at]!]! += choices.share[at]! / choices.size[index]!;
            found[choices.alias[at]!]! += (1 - choices.share[at]!) / choices.size[index]!;
          }
          for (const [value, weight] of list.entries()) expect(found[value]).toBeCloseTo(weight / total, 12);
        }
      }),
    );
  });

  it("never draws an outcome of probability 0, and draws a certain one without a random number", () => {
    const builder = new ChoicesBuilder();
    const certain = builder.add([{ value: 9, probability: 1 }]);
    const half = builder.add([
      { value: 1, probability: 0 },
      { value: 2, probability: 1e-9 },
      { value: 3, probability: 1 - 1e-9 },
    ]);
    const choices = builder.build();
    const random = new Random(1);
    const untouched = new Random(1);
    expect(choose(choices, certain, random)).toBe(9);
    expect(random.word()).toBe(untouched.word());
    const drawn = new Set(Array.from({ length: 1000 }, () => choose(choices, half, random)));
    expect(drawn.has(1)).toBe(false);
  });
});
