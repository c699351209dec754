import { describe, expect, it } from "vitest";
import { tracesAtQuantile } from "../../cells/tracesAtQuantile.ts";
import { openedDataset, readySet } from "../compare/openedDataset.ts";
import { naiveExecutions, naiveQuantile } from "./naiveExecutions.ts";

const recording = await openedDataset([readySet("recording")]);
const all = await naiveExecutions(recording);
const roots = all.filter(({ parent }) => parent === null);
const busiest = roots.find(({ service }) => service === "gateway")!;
const entry = { service: busiest.service, name: busiest.api };
const own = roots.filter(({ service, api }) => service === entry.service && api === entry.name);

describe("tracesAtQuantile", () => {
  it.each([0, 0.5, 0.9, 0.99, 1])("has the traces from the quantile %d on, the nearest first", async (quantile) => {
    const found = await tracesAtQuantile(recording, entry, quantile, 10);
    const least = naiveQuantile(
      own.map(({ duration }) => duration),
      quantile,
    );
    const expected = own.filter(({ duration }) => duration >= least - 1e-9).toSorted((a, b) => a.duration - b.duration);
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
    expect(await tracesAtQuantile(recording, { service: "none", name: "none" }, 0.5)).toEqual([]);
  });
});
