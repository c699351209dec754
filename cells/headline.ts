import type { FitReport } from "../lib/report.ts";

/** The headline of a report: how many times further from the original than chance the GCM is, beside simple statistics. */
export function headline({ ratio, pooled, mean }: Pick<FitReport, "ratio" | "pooled" | "mean">): string {
  const times = (value: number | null) => (value === null ? "–" : `${value.toFixed(value < 10 ? 1 : 0)}×`);
  const distance = (value: number | null) => (value === null ? "–" : value.toFixed(3));
  const one = (
    what: string,
    ratios: { simple: number | null; gcm: number | null },
    ks: { floor: number | null; gcm: number | null },
  ) =>
    `${what}: ${times(ratios.gcm)} the noise floor (KS ${distance(ks.gcm)} against ${distance(ks.floor)}); simple statistics: ${times(ratios.simple)}.`;
  return [
    one("Entry executions, pooled", ratio.pooled.root, pooled.root),
    one("APIs, weighted by executions", ratio.mean.api, mean.api),
  ].join(" ");
}
