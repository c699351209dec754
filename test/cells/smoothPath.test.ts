import { describe, expect, it } from "vitest";
import { arrowHead, smoothPath } from "../../cells/smoothPath.ts";

describe("smoothPath", () => {
  it("starts and ends exactly at its ends", () => {
    expect(smoothPath([])).toBe("");
    expect(
      smoothPath([
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ]),
    ).toBe("M1 2L3 4");
    expect(
      smoothPath([
        { x: 0, y: 0 },
        { x: 10, y: 0 },
        { x: 10, y: 10 },
      ]),
    ).toBe("M0 0Q10 0 10 5L10 10");
  });
});

describe("arrowHead", () => {
  it("points where the line goes", () => {
    const corners = [
      ...arrowHead(
        [
          { x: 0, y: 0 },
          { x: 10, y: 0 },
        ],
        10,
      ).matchAll(/[ML](\S+) (\S+?)(?=[LMz])/g),
    ].map((m) => [Number(m[1]), Number(m[2])]);
    expect(corners[0]).toEqual([10, 0]);
    expect(corners[1]![0]).toBe(corners[2]![0]);
    expect(corners[1]![1]).toBe(-corners[2]![1]!);
    expect(corners[1]![0]).toBeLessThan(2);
    expect(arrowHead([{ x: 0, y: 0 }], 10)).toBe("");
  });
});
