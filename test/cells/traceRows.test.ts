import { describe, expect, it } from "vitest";
import { traceRows } from "../../cells/traceRows.ts";
import type { WaterfallRow } from "../../cells/waterfallRows.ts";
import { openedDataset, readySet } from "../compare/openedDataset.ts";
import { naiveExecutions } from "./naiveExecutions.ts";

const recording = await openedDataset([readySet("recording")]);
const all = await naiveExecutions(recording);

type Shown = Omit<WaterfallRow, "parent">;

describe("traceRows", () => {
  it("has every execution of the trace, callers before their callees", async () => {
    const bySize = new Map<string, number>();
    for (const { trace } of all) bySize.set(trace, (bySize.get(trace) ?? 0) + 1);
    const sizes = [...bySize].toSorted(([, a], [, b]) => b - a).map(([trace]) => trace);
    for (const trace of [sizes[0]!, sizes[Math.floor(sizes.length / 2)]!, sizes.at(-1)!]) {
      const rows = await traceRows(recording, trace);
      const expected = all.filter((one) => one.trace === trace);
      const figures = ({ service, api, start, duration, waited, asynchronous }: Shown) =>
        JSON.stringify({ service, api, start, duration, waited, asynchronous });
      expect(rows.map(figures).sort()).toEqual(expected.map(figures).sort());
      expect(rows[0]!.parent).toBe(-1);
      const parents = rows.slice(1).map(({ parent }, i) => parent >= 0 && parent <= i);
      expect(parents).toEqual(rows.slice(1).map(() => true));
    }
  });

  it("says in one line that there is no such trace", async () => {
    await expect(traceRows(recording, "no such")).rejects.toThrow(/^trace "no such" is not in the data set$/);
  });
});
