import { describe, expect, it } from "vitest";
import { callRate } from "../../cells/callRate.ts";
import { openedDataset, readySet } from "../compare/openedDataset.ts";
import { naiveExecutions } from "./naiveExecutions.ts";

const recording = await openedDataset([readySet("recording")]);
const all = await naiveExecutions(recording);
const first = Math.min(...all.map(({ start }) => start));

describe("callRate", () => {
  it.each([7, 100])("counts every execution once, where it started, in at most about %i intervals", async (most) => {
    const api = { service: "pricing", name: "POST /quotes" };
    const rows = all.filter((one) => one.service === api.service && one.api === api.name);
    const { width, bins } = await callRate(recording, api, most);
    expect(bins.length).toBeLessThanOrEqual(most + 1);
    expect(bins.length).toBeGreaterThan(most / 2.6);
    for (const { start, executions, errors } of bins) {
      const inside = rows.filter((row) => Math.floor((row.start - first) / width) * width === start);
      expect([executions, errors]).toEqual([inside.length, inside.filter(({ error }) => error).length]);
    }
    expect(bins.reduce((sum, bin) => sum + bin.executions, 0)).toBe(rows.length);
    expect(bins.some(({ errors }) => errors > 0)).toBe(true);
  });

  it("has empty intervals for what never ran", async () => {
    const { bins } = await callRate(recording, { service: "pricing", name: "'; DROP TABLE x; --" });
    expect(bins.length).toBeGreaterThan(1);
    expect(bins.every(({ executions }) => executions === 0)).toBe(true);
  });
});
