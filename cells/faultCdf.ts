import type { WindowScores } from "../lib/interventions/scoreWindow.ts";
import type { CdfSeries } from "./plotCdf.ts";

/** What was observed in a window, what doing nothing and a constant delay say, and what the behaviour predicts. */
export function faultCdf(window: WindowScores | null | undefined): CdfSeries[] {
  if (!window?.all) return [];
  const { observed, scores } = window.all;
  const shown = [
    ["nothing", "doing nothing", "simple"],
    ["delay", "constant delay", "other"],
    ["behaviour", "behaviour of the service", "gcm"],
  ] as const;
  return [
    { name: "observed", role: "original", values: observed },
    ...shown.flatMap(([predicted, name, role]): CdfSeries[] => {
      const score = scores[predicted];
      return score ? [{ name, role, values: score.latencies.filter(Number.isFinite), ks: score.ks }] : [];
    }),
  ];
}
