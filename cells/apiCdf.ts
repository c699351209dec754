import { type EntryApi, entryLatencies, type ModelComparison } from "./compareModels.ts";
import type { CdfOptions, CdfSeries } from "./plotCdf.ts";

/** What the CDF plot of one entry API needs: its series, the halves for the noise band, and the noise floor. */
export interface ApiCdf {
  series: CdfSeries[];
  options: Pick<CdfOptions, "title" | "halves" | "floor">;
}

/** Picks the samples of one entry API out of a comparison; throws one line where the held-out traces have none. */
export function apiCdf(comparison: ModelComparison, entry: Pick<EntryApi, "service" | "name">): ApiCdf {
  const { service, name } = entry;
  const found = comparison.report.roots.find((one) => one.service === service && one.api === name);
  if (!found) throw new Error(`no held-out execution of ${JSON.stringify(`${service}: ${name}`)} to compare with`);
  const [train, test, simple, gcm] = [comparison.train, comparison.test, comparison.simple, comparison.gcm].map(
    ({ latencies }) => entryLatencies(latencies, entry),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  return {
    series: [
      { name: "original", role: "original", values: test },
      { name: "simple statistics", role: "simple", values: simple, ks: found.simple.ks },
      { name: "GCM", role: "gcm", values: gcm, ks: found.gcm.ks },
    ],
    options: { title: `${service}: ${name}`, halves: [train, test], floor: found.floor.ks },
  };
}
