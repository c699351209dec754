import { ks } from "../lib/compare/ks.ts";
import type { ApiSamples } from "../lib/compare/latencySamples.ts";
import type { ApiCdf } from "./apiCdf.ts";
import type { ModelComparison } from "./compareModels.ts";
import type { Half } from "./fitHeldOut.ts";

/** How close the models of one API come: CDFs of its latency and of its own time; undefined where it has no samples. */
export interface ModelFit {
  latency: ApiCdf | undefined;
  own: ApiCdf | undefined;
}

/** Picks the samples of one API, of all of its executions, out of a comparison. */
export function modelFit(comparison: ModelComparison, api: { service: string; name: string }): ModelFit {
  const cdf = (what: string, samples: (half: Half) => readonly ApiSamples[]): ApiCdf | undefined => {
    const [train, test, simple, gcm] = [comparison.train, comparison.test, comparison.simple, comparison.gcm].map(
      (half) =>
        samples(half).find((one) => one.service === api.service && one.name === api.name)?.durations ??
        new Float64Array(),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
    if (test.length === 0) return undefined;
    return {
      series: [
        { name: "original", role: "original", values: test },
        { name: "simple statistics", role: "simple", values: simple, ks: ks(simple, test) },
        { name: "GCM", role: "gcm", values: gcm, ks: ks(gcm, test) },
      ],
      options: {
        title: `${what} of ${api.service}: ${api.name}`,
        ...(train.length > 0 ? { halves: [train, test], floor: ks(train, test) } : {}),
      },
    };
  };
  return { latency: cdf("Latency", ({ latencies }) => latencies.apis), own: cdf("Own time", ({ own }) => own) };
}
