import fc from "fast-check";
import { expect, it } from "vitest";
import { midranks } from "../../lib/compare/midranks.ts";

it("ranks values by how many are below, ties at their middle", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 }), (values) => {
      const expected = values.map((value) => {
        const below = values.filter((other) => other < value).length;
        const equal = values.filter((other) => other === value).length;
        return below + (equal + 1) / 2;
      });
      expect([...midranks(Float64Array.from(values))]).toEqual(expected);
    }),
  );
});
