import { describe, expect, it } from "vitest";
import { frame, summarize } from "../../cells/frame.ts";

const rows = [
  { service: "a-b", api: "c", time: 1 },
  { service: "a", api: "b-c", time: 10 },
  { service: "a-b", api: "c", time: 4 },
  { service: "a-b", api: "c", time: 2 },
  { service: "x", api: "y", time: null },
];

describe("summarize", () => {
  it("describes a column", async () => {
    const [all] = await summarize(rows, "time");
    expect(all).toMatchObject({ group: {}, count: 4, mean: 4.25, min: 1, median: 3, max: 10 });
    // Σ(x − 4.25)² = 48.75, of 4 values.
    expect(all!.std).toBeCloseTo(Math.sqrt(48.75 / 3), 12);
  });

  it("keeps groups apart whose names would join to the same", async () => {
    const groups = await summarize(rows, "time", ["service", "api"]);
    expect(groups.map(({ group, count, median }) => [group.service, group.api, count, median])).toEqual([
      ["a-b", "c", 3, 2],
      ["a", "b-c", 1, 10],
      ["x", "y", 0, null],
    ]);
    expect(groups[1]!.std).toBeNull();
  });

  it("says nothing about no rows", async () => {
    expect(await summarize([], "time")).toEqual([]);
  });
});

describe("frame", () => {
  it("is a danfojs frame", async () => {
    const data = await frame(rows.slice(0, 3));
    expect(data.shape).toEqual([3, 3]);
    expect(data.columns).toEqual(["service", "api", "time"]);
  });
});
