import fc from "fast-check";
import { expect, it } from "vitest";
import { typical } from "../../cells/typical.ts";

it("is a range around the median that has latencies of the sample in it, however small it is", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 50 }), (values) => {
      const { from, to } = typical(Float64Array.from(values))!;
      const inside = values.filter((value) => value >= from && value <= to);
      expect(inside.length).toBeGreaterThan(0);
      const middle = Float64Array.from(values).sort()[Math.floor((values.length - 1) / 2)]!;
      expect(inside).toContain(middle);
    }),
  );
  expect(typical(new Float64Array())).toBeNull();
});
