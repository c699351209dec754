import { describe, expect, it } from "vitest";
import { formatBytes } from "../../cells/formatBytes.ts";
import { formatCount } from "../../cells/formatCount.ts";
import { formatCounts } from "../../cells/formatCounts.ts";

describe("formatCount", () => {
  it("separates thousands and keeps three digits of a mean", () => {
    expect([0, 7, 852000, 1.23456, 1234.56, null, Number.NaN].map(formatCount)).toEqual([
      "0",
      "7",
      "852,000",
      "1.23",
      "1,235",
      "–",
      "–",
    ]);
  });
});

describe("formatBytes", () => {
  it("picks the unit", () => {
    expect([0, 999, 1250, 999_600, 3.2e9, 5e15].map(formatBytes)).toEqual([
      "0 B",
      "999 B",
      "1.25 kB",
      "1 MB",
      "3.2 GB",
      "5000 TB",
    ]);
    expect(formatBytes(null)).toBe("–");
  });
});

describe("formatCounts", () => {
  it("writes a certain count, or a range with its mean", () => {
    expect(formatCounts([{ count: 3, probability: 1 }])).toBe("×3");
    const two = [
      { count: 1, probability: 0.5 },
      { count: 4, probability: 0.5 },
      { count: 9, probability: 0 },
    ];
    expect(formatCounts(two)).toBe("×1–4, mean 2.5");
    expect(formatCounts([])).toBe("");
  });
});
