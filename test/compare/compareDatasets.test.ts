import { describe, expect, it } from "vitest";
import { compareDatasets } from "../../lib/compare/compareDatasets.ts";
import { ks } from "../../lib/compare/ks.ts";
import { readSamples } from "../../lib/compare/readSamples.ts";
import { openedDataset, readySet } from "./openedDataset.ts";

const recording = await openedDataset([readySet("recording")]);
const figure1 = await openedDataset([readySet("figure1")]);

describe("compareDatasets", () => {
  it("finds the same traces as near to the held-out half as half of them are", async () => {
    const { pooled, mean, structure, apis, ledger, generatedLedger } = await compareDatasets(recording, recording);
    for (const { root } of [pooled, mean]) expect(root.generated!).toBeLessThanOrEqual(root.floor!);
    for (const { generated, floor } of apis) expect(generated.ks).toBeLessThanOrEqual(floor.ks + 1e-12);
    expect(structure.generated.spans).toBeLessThanOrEqual(structure.floor.spans);
    expect(structure.floor.distinct[0]).toBeGreaterThan(1);
    expect(generatedLedger).toEqual(ledger);
  });

  it("compares with the held-out half alone", async () => {
    const report = await compareDatasets(figure1, figure1);
    const [test, both] = [await readSamples(figure1, "test"), await readSamples(figure1, "both")];
    expect(report.roots.map(({ n }) => n)).toEqual(test.roots.map(({ durations }) => durations.length));
    expect(report.roots.map(({ generated }) => generated.ks)).toEqual(
      test.roots.map(({ durations }, i) => ks(both.roots[i]!.durations, durations)),
    );
  });

  it("gives 1 where the generated traces lack an API, and no errors", async () => {
    const { roots, pooled } = await compareDatasets(recording, figure1);
    for (const { generated, floor } of roots)
      expect(generated).toEqual({ ks: 1, ratio: 1 / floor.ks, w1: null, p50: null, p95: null, p99: null });
    expect(pooled.root.generated).toBeGreaterThan(0.2);
  });

  it("says in one line that a half has no traces", async () => {
    const whole = await openedDataset([readySet("figure1")], 0);
    await expect(compareDatasets(whole, figure1)).rejects.toThrow(/^too few original traces: [^\n]*$/);
  });
});
