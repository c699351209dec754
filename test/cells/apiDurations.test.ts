import { describe, expect, it } from "vitest";
import { apiDurations } from "../../cells/apiDurations.ts";
import { openedDataset, readySet } from "../compare/openedDataset.ts";
import { naiveExecutions } from "./naiveExecutions.ts";

const recording = await openedDataset([readySet("recording")]);
const all = await naiveExecutions(recording);

describe("apiDurations", () => {
  it("has latency and own time of each execution, own time never below 0 nor above latency", async () => {
    for (const { service, api } of new Map(all.map((one) => [`${one.service}: ${one.api}`, one])).values()) {
      const { latency, own } = await apiDurations(recording, { service, name: api });
      const rows = all.filter((one) => one.service === service && one.api === api);
      expect([...latency].sort()).toEqual(rows.map(({ duration }) => duration).sort());
      expect([...own].sort()).toEqual(rows.map((row) => row.own).sort());
      for (const [i, value] of own.entries()) expect(value).toBeLessThanOrEqual(latency[i]!);
    }
  });

  it("is empty for an API that is not there", async () => {
    const { latency, own } = await apiDurations(recording, { service: "none", name: "none" });
    expect([latency.length, own.length]).toEqual([0, 0]);
  });
});
