import type { Diagnosis } from "../lib/compare/worstApis.ts";
import type { CdfOptions, CdfSeries } from "./plotCdf.ts";

/** What the CDF plot of a diagnosed API needs; its curves rest on percentiles. */
export function diagnosisCdf({ service, api, n, ks, floor, quantiles }: Diagnosis): {
  series: CdfSeries[];
  options: Pick<CdfOptions, "title" | "halves" | "floor">;
} {
  return {
    series: [
      { name: "original", role: "original", values: quantiles.original, n },
      { name: "GCM", role: "gcm", values: quantiles.generated, ks, n: null },
    ],
    options: { title: `${service}: ${api}`, halves: [quantiles.half, quantiles.original], floor },
  };
}
