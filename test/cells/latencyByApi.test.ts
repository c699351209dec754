import { describe, expect, it } from "vitest";
import { latencyByApi } from "../../cells/latencyByApi.ts";
import { openedDataset, readySet } from "../compare/openedDataset.ts";
import { type NaiveExecution, naiveExecutions, naiveQuantile } from "./naiveExecutions.ts";

const recording = await openedDataset([readySet("recording")]);
const all = await naiveExecutions(recording);

describe("latencyByApi", () => {
  it("agrees with a count over the rows, the most own time first", async () => {
    const found = await latencyByApi(recording);
    const names = new Set(all.map(({ service, api }) => JSON.stringify([service, api])));
    expect(new Set(found.map(({ service, api }) => JSON.stringify([service, api])))).toEqual(names);
    expect(found.length).toBe(names.size);
    const total = sum(all.map(({ own }) => own));
    for (const { service, api, executions, errors, p50, p95, p99, own, share } of found) {
      const rows = all.filter((one) => one.service === service && one.api === api);
      const durations = rows.map(({ duration }) => duration);
      expect(executions).toBe(rows.length);
      expect(errors).toBeCloseTo(rows.filter(({ error }) => error).length / rows.length, 12);
      for (const [level, value] of Object.entries({ 0.5: p50, 0.95: p95, 0.99: p99 })) {
        expect(value).toBeCloseTo(naiveQuantile(durations, Number(level)), 6);
      }
      const owned = sum(rows.map((row: NaiveExecution) => row.own));
      expect(own / (owned / rows.length)).toBeCloseTo(1, 6);
      expect(share).toBeCloseTo(owned / total, 6);
    }
    const shares = found.map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(sum(shares)).toBeCloseTo(1, 9);
    expect(found.some(({ errors }) => errors > 0)).toBe(true);
  });
});

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
