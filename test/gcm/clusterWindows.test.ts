import { describe, expect, it } from "vitest";
import { clusterWindows } from "../../lib/gcm/clusterWindows.ts";

describe("clusterWindows", () => {
  const kinds = [
    [90, 5, 5, 50, 50, 0],
    [5, 90, 5, 50, 50, 0],
    [5, 5, 90, 0, 10, 90],
  ];
  const windows = [0, 0, 1, 0, 2, 2, 1, 1, 0].map((kind, window) =>
    Float64Array.from(kinds[kind]!, (count, at) => count + ((window * 7 + at * 3) % 3)),
  );

  it("finds windows in which the same was counted", () => {
    const found = clusterWindows(windows, 3, [1, 2, 3]);
    expect(found.get(3)).toEqual([0, 0, 1, 0, 2, 2, 1, 1, 0]);
    // The third kind differs from the others in both variables: it is the last that is joined.
    expect(found.get(2)).toEqual([0, 0, 0, 0, 1, 1, 0, 0, 0]);
    expect(new Set(found.get(1))).toEqual(new Set([0]));
  });

  it("gives no more clusters than there are windows, and takes windows in which nothing was counted", () => {
    expect([...clusterWindows([new Float64Array(6)], 3, [1, 2]).keys()]).toEqual([1]);
    const empty = clusterWindows([new Float64Array(6), new Float64Array(6), windows[0]!], 3, [2]).get(2)!;
    expect(empty.every((label) => label === 0 || label === 1)).toBe(true);
    expect(clusterWindows([], 3, [1]).size).toBe(0);
  });
});
