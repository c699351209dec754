import fc from "fast-check";
import { expect, test } from "vitest";
import { LargestFirst } from "../../lib/pfa/largestFirst.ts";

test("gives back what was put in, the most visits and then the lowest number first, however it is mixed", () => {
  const entry = fc.record({ state: fc.nat(20), visits: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(fc.option(entry)), (steps) => {
      const heap = new LargestFirst();
      const plain: { state: number; visits: number }[] = [];
      for (const step of steps) {
        if (step) {
          heap.push(step.state, step.visits);
          plain.push(step);
          plain.sort((a, b) => b.visits - a.visits || a.state - b.state);
        } else expect(heap.pop()).toEqual(plain.shift());
      }
    }),
  );
});
