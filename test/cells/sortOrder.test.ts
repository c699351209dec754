import fc from "fast-check";
import { expect, test } from "vitest";
import { sortOrder } from "../../cells/sortOrder.ts";

test("sortOrder is the stable order of the keys, both ways, with missing keys last", () => {
  const key = fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN), fc.constant(-0));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), fc.boolean(), (keys, descending) => {
      const expected = keys.map((_, row) => row);
      expected.sort((a, b) => {
        const [x, y] = [keys[a]!, keys[b]!];
        if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
        if (x === y) return a - b;
        return x < y !== descending ? -1 : 1;
      });
      expect([...sortOrder(Float64Array.from(keys), descending)]).toEqual(expected);
    }),
  );
});
