import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cdfCurve, sortedSample } from "../../cells/cdfCurve.ts";
import { bandBetween, dkwBand } from "../../cells/noiseBand.ts";

/** The definition, counted. */
const ecdf = (values: number[], x: number) => values.filter((value) => value <= x).length / values.length;

const sample = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.double({ min: 0, max: 1e9, noNaN: true })), {
  minLength: 1,
  maxLength: 700,
});

describe("cdfCurve", () => {
  it("lies on the ECDF, is monotone and ends at 1, whatever the sample", () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: 16, max: 500 }), (values, limit) => {
        const curve = cdfCurve(sortedSample(values), limit);
        expect(curve.length).toBeLessThanOrEqual(limit);
        for (const { x, y } of curve) expect(y).toBe(ecdf(values, x));
        for (let i = 1; i < curve.length; i++) {
          expect(curve[i]!.x).toBeGreaterThan(curve[i - 1]!.x);
          expect(curve[i]!.y).toBeGreaterThan(curve[i - 1]!.y);
        }
        expect(curve[0]!.x).toBe(Math.min(...values));
        expect(curve.at(-1)).toEqual({ x: Math.max(...values), y: 1 });
      }),
      { numRuns: 50 },
    );
  });

  it("thins a large sample without losing its tails", () => {
    const values = Array.from({ length: 200_000 }, (_, i) => Math.exp(((i * 7919) % 200_000) / 20_000));
    const sorted = sortedSample(values);
    const curve = cdfCurve(sorted);
    expect(curve.length).toBeLessThanOrEqual(500);
    expect(curve.length).toBeGreaterThan(400);
    for (let i = 1; i < curve.length; i++) expect(curve[i]!.y - curve[i - 1]!.y).toBeLessThan(1.5 / 500);
    const deep = curve.filter((point) => point.y > 0.9995);
    expect(deep.length).toBeGreaterThan(20);
    expect(curve.at(-2)!.x).toBe(sorted[199_998]);
  });

  it("leaves out what is no number, and has nothing to say about nothing", () => {
    expect(cdfCurve(sortedSample([Number.NaN, 2, Number.POSITIVE_INFINITY, 1]))).toEqual([
      { x: 1, y: 0.5 },
      { x: 2, y: 1 },
    ]);
    expect(cdfCurve(sortedSample([]))).toEqual([]);
    expect(bandBetween(sortedSample([]), sortedSample([1]))).toEqual([]);
  });
});

describe("noise bands", () => {
  it("lies between the CDFs of the two halves", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        for (const { x, low, high } of bandBetween(sortedSample(a), sortedSample(b))) {
          expect([low, high]).toEqual([ecdf(a, x), ecdf(b, x)].sort((p, q) => p - q));
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is √(ln 40 / 2n) either way, by DKW at 95 %", () => {
    const band = dkwBand(
      [
        { x: 1, y: 0.5 },
        { x: 2, y: 1 },
      ],
      200,
    );
    expect(band[0]!.high - 0.5).toBeCloseTo(0.09603, 4);
    expect(band[1]).toMatchObject({ high: 1 });
    expect(band[1]!.low).toBeCloseTo(0.90397, 4);
  });
});
