import { describe, expect, it } from "vitest";
import { formatShare } from "../../cells/formatShare.ts";

describe("formatShare", () => {
  it("never rounds to nothing or to all", () => {
    const written = [0, 0.0004, 0.0123, 0.25, 0.994, 0.996, 0.9999, 1, 2.5].map(formatShare);
    expect(written).toEqual(["0 %", "<0.1 %", "1.2 %", "25 %", "99 %", "99.6 %", ">99.9 %", "100 %", "250 %"]);
    expect([null, undefined, Number.NaN].map(formatShare)).toEqual(["–", "–", "–"]);
  });
});
