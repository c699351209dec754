import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration } from "../../cells/formatDuration.ts";

describe("formatDuration", () => {
  it("picks the unit that people read", () => {
    const written: [number, string][] = [
      [0, "0"],
      [0.02, "20 ns"],
      [0.9996, "1 µs"],
      [12.345, "12.3 µs"],
      [999.6, "1 ms"],
      [1500, "1.5 ms"],
      [2_500_000, "2.5 s"],
      [90e6, "90 s"],
      [600e6, "10 min"],
      [7200e6, "2 h"],
      [1e13, "2,778 h"],
      [-1500, "−1.5 ms"],
    ];
    for (const [us, text] of written) expect(formatDuration(us)).toBe(text);
    for (const missing of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
      expect(formatDuration(missing)).toBe("–");
  });

  it("is within half a per cent of the truth", () => {
    const sizes: Record<string, number> = { ns: 1e-3, µs: 1, ms: 1e3, s: 1e6, min: 60e6, h: 3600e6 };
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e13, noNaN: true }), (us) => {
        const [number, unit] = formatDuration(us).split(" ") as [string, string];
        const read = Number(number.replaceAll(",", "")) * sizes[unit]!;
        expect(Math.abs(read - us) / us).toBeLessThanOrEqual(0.0051);
      }),
    );
  });
});
