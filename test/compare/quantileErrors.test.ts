import { describe, expect, it } from "vitest";
import { quantileErrors, sampleQuantile } from "../../lib/compare/quantileErrors.ts";

describe("sampleQuantile", () => {
  it("is type 7 of Hyndman and Fan: NumPy's and R's default", () => {
    const sample = Float64Array.of(1, 2, 4, 8);
    expect([0, 0.25, 0.5, 0.9, 1].map((level) => sampleQuantile(sample, level).toFixed(9))).toEqual(
      [1, 1.75, 3, 6.8, 8].map((value) => value.toFixed(9)),
    );
    expect(sampleQuantile(Float64Array.of(3), 0.99)).toBe(3);
    expect(sampleQuantile(new Float64Array(), 0.5)).toBeNaN();
  });
});

describe("quantileErrors", () => {
  const sample = Float64Array.from({ length: 101 }, (_, index) => index);
  it("is signed and relative to the original", () => {
    const errors = quantileErrors(
      sample.map((value) => value * 1.25),
      sample,
    );
    expect(errors.p50).toBeCloseTo(0.25, 12);
    expect(errors.p99).toBeCloseTo(0.25, 12);
    expect(
      quantileErrors(
        sample.map((value) => value / 2),
        sample,
      ).p95,
    ).toBeCloseTo(-0.5, 12);
  });

  it("is 0 where both are 0 and null where there is nothing to divide by", () => {
    const zero = new Float64Array(5);
    expect(quantileErrors(zero, zero)).toEqual({ p50: 0, p95: 0, p99: 0 });
    expect(quantileErrors(sample, zero).p50).toBeNull();
    expect(quantileErrors(new Float64Array(), sample).p50).toBeNull();
  });
});
