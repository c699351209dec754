import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hatching } from "../../cells/hatching.ts";

describe("hatching", () => {
  it("slants at 45° and stays within its rectangle", () => {
    const size = fc.double({ min: 1, max: 300, noNaN: true });
    fc.assert(
      fc.property(size, size, (width, height) => {
        const lines = [...hatching(10, 20, width, height, 5).matchAll(/M(\S+) ([^L]+)L(\S+) ([^M]+)/g)];
        expect(lines.length).toBe(Math.max(0, Math.ceil((width + height - 2.5) / 5)));
        for (const line of lines) {
          const [x1, y1, x2, y2] = line.slice(1).map(Number) as [number, number, number, number];
          expect(Math.min(x1, x2) > 9.9 && Math.max(x1, x2) < 10.1 + width).toBe(true);
          expect(Math.min(y1, y2) > 19.9 && Math.max(y1, y2) < 20.1 + height).toBe(true);
          expect(x1 - x2).toBeCloseTo(y2 - y1, 0);
        }
      }),
    );
  });
});
