import { describe, expect, it } from "vitest";
import { type ApiSamples, samplesKey } from "../../lib/compare/latencySamples.ts";
import { readSamples, sampleBelow } from "../../lib/compare/readSamples.ts";
import { tableOf } from "../../lib/traces/dataset.ts";
import { csv, TraceFolder } from "../traces/traceFolder.ts";
import { openedDataset, readySet } from "./openedDataset.ts";

const recording = await openedDataset([readySet("recording")]);
const folder = new TraceFolder();

/** Durations by API, from the rows one by one. */
async function durationsByApi(which: string): Promise<Map<string, number[]>> {
  const rows = await recording.engine.query(`
    SELECT n.service, n.operation AS name, e.duration FROM ${tableOf(recording, "executions")} e
      JOIN ${tableOf(recording, "names")} n USING (api) JOIN ${tableOf(recording, "split")} s USING (trace) WHERE ${which}`);
  const found = new Map<string, number[]>();
  for (const row of rows.toArray()) {
    const key = samplesKey({ service: String(row.service), name: String(row.name) });
    found.set(key, [...(found.get(key) ?? []), Number(row.duration)]);
  }
  for (const list of found.values()) list.sort((a, b) => a - b);
  return found;
}
const asMap = (samples: ApiSamples[]) => new Map(samples.map((one) => [samplesKey(one), [...one.durations]]));

describe("readSamples", () => {
  it.each([
    ["train", "NOT s.test"],
    ["test", "s.test"],
    ["both", "true"],
  ] as const)("has the sorted durations of each API of the half %s", async (half, which) => {
    const { apis, roots } = await readSamples(recording, half);
    expect(asMap(apis)).toEqual(await durationsByApi(which));
    expect(asMap(roots)).toEqual(await durationsByApi(`${which} AND e.parent IS NULL AND NOT e.fragment`));
  });

  it("counts a fragment's first execution for its API, but not as an entry", async () => {
    const header = [
      "TraceID",
      "SpanID",
      "ParentID",
      "PodName",
      "OperationName",
      "StartTimeUnixNano",
      "EndTimeUnixNano",
    ];
    const rows = [
      ["t", "a", "root", "shop-5f6585d649-fnmft", "buy", 1_000_000, 9_000_000],
      ["t", "b", "gone", "shop-5f6585d649-fnmft", "buy", 2_000_000, 3_000_000],
      ["t", "c", "b", "db-5f6585d649-fnmft", "read", 2_000_000, 2_500_000],
    ];
    const { apis, roots } = await readSamples(
      await openedDataset([folder.write("a.csv", csv([header, ...rows]))]),
      "both",
    );
    expect(roots).toEqual([{ service: "shop", name: "buy", durations: Float64Array.of(8000) }]);
    expect(apis).toEqual([
      { service: "db", name: "read", durations: Float64Array.of(500) },
      { service: "shop", name: "buy", durations: Float64Array.of(1000, 8000) },
    ]);
  });

  it("samples about as many traces as asked for, whole ones, the same each time", async () => {
    const count = async (below: string) => {
      const rows = await recording.engine.query(
        `SELECT count(*)::DOUBLE AS n FROM ${tableOf(recording, "split")} WHERE sample < '${below}'`,
      );
      return Number(rows.get(0)!.n);
    };
    const total = await count("g");
    expect(await count(await sampleBelow(recording, total))).toBe(total);
    expect(await count(await sampleBelow(recording, 10 * total))).toBe(total);
    const asked = total / 4;
    expect(Math.abs((await count(await sampleBelow(recording, asked))) - asked)).toBeLessThan(4 * Math.sqrt(asked));
  });
});
