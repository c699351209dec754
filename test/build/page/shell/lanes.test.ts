import fc from "fast-check";
import { expect, test } from "vitest";
import { lanesOf } from "../../../../build/page/shell/lanes.ts";

test("lines of one lane never lie on one another", () => {
  const source = fc.record({ row: fc.nat(30), users: fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }) });
  fc.assert(
    fc.property(fc.array(source, { maxLength: 20 }), (sources) => {
      const lanes = lanesOf(sources);
      const rows = sources.map(({ row, users }) => {
        const all = [row, ...users];
        return Array.from({ length: 31 }, (_, y) => y >= Math.min(...all) && y <= Math.max(...all));
      });
      for (let y = 0; y <= 30; y++) {
        const here = lanes.filter((_, i) => rows[i]![y]);
        expect(new Set(here).size).toBe(here.length);
      }
      expect(Math.max(-1, ...lanes)).toBeLessThan(sources.length || 1);
    }),
  );
});
