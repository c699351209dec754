import { describe, expect, it } from "vitest";
import { tracesInRange } from "../../cells/tracesInRange.ts";
import { openedDataset, readySet } from "../compare/openedDataset.ts";
import { naiveExecutions, naiveQuantile } from "./naiveExecutions.ts";

const recording = await openedDataset([readySet("recording")]);
const all = await naiveExecutions(recording);
const roots = all.filter(({ parent }) => parent === null);
const busiest = roots.find(({ service }) => service === "gateway")!;
const entry = { service: busiest.service, name: busiest.api };
const own = roots.filter(({ service, api }) => service === entry.service && api === entry.name);

describe("tracesInRange", () => {
  it.each([
    [0, 1],
    [0.5, 0.6],
    [0.99, 1],
  ])("has the traces from quantile %d to %d, the fastest first", async (low, high) => {
    const durations = own.map(({ duration }) => duration);
    const range = { from: naiveQuantile(durations, low), to: naiveQuantile(durations, high) };
    const found = await tracesInRange(recording, entry, range, 10);
    const expected = own
      .filter(({ duration }) => duration >= range.from && duration <= range.to)
      .toSorted((a, b) => a.duration - b.duration);
    expect(found.map(({ duration }) => duration)).toEqual(expected.slice(0, 10).map(({ duration }) => duration));
    expect(found.length).toBeGreaterThan(0);
    for (const { trace, executions, errors, service, api, start } of found) {
      const rows = all.filter((one) => one.trace === trace);
      expect({ executions, errors }).toEqual({
        executions: rows.length,
        errors: rows.filter(({ error }) => error).length,
      });
      expect({ service, name: api }).toEqual(entry);
      expect(start).toBe(own.find((root) => root.trace === trace)!.start);
    }
  });

  it("has none for an entry API that is not there", async () => {
    expect(await tracesInRange(recording, { service: "none", name: "none" }, { from: 0, to: 1e9 })).toEqual([]);
  });
});
