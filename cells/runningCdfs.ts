import { ks } from "../lib/compare/ks.ts";
import { type LatencySamples, samplesKey } from "../lib/compare/latencySamples.ts";
import type { SystemResult } from "../lib/export/systemRun.ts";
import type { HeldOut } from "./fitHeldOut.ts";
import type { CdfOptions, CdfSeries } from "./plotCdf.ts";

/** What a figure of one API shows: held-out original, model, and running system. */
export interface RunningCdf {
  series: CdfSeries[];
  options: Pick<CdfOptions, "title" | "halves" | "floor">;
}

/** CDFs of entry APIs, or of the other APIs, those with most executions first. */
export function runningCdfs(
  { train, test }: HeldOut,
  { running, modelled }: SystemResult,
  list: "roots" | "apis",
  most: number,
): RunningCdf[] {
  const roots = new Set(modelled.roots.map(samplesKey));
  const chosen = running[list]
    .filter((api) => list === "roots" || !roots.has(samplesKey(api)))
    .sort((a, b) => b.n - a.n)
    .slice(0, most);
  return chosen.map(({ service, name, n, durations }) => {
    const key = samplesKey({ service, name });
    const found = (samples: Pick<LatencySamples, typeof list>) =>
      samples[list].find((each) => samplesKey(each) === key)?.durations ?? new Float64Array();
    const model = modelled[list].find((each) => samplesKey(each) === key);
    const halves: [Float64Array, Float64Array] = [found(train.latencies), found(test.latencies)];
    const distance = (values: readonly number[]) => ks(Float64Array.from(values), halves[1]);
    const drawn = model?.durations ?? [];
    return {
      series: [
        { name: "original", role: "original", values: halves[1] },
        { name: "model", role: "gcm", values: drawn, n: model?.n ?? 0, ks: distance(drawn) },
        { name: "running system", role: "other", values: durations, n, ks: distance(durations) },
      ],
      options: { title: `${service}: ${name}`, halves, floor: ks(...halves) },
    };
  });
}
