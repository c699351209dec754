import type { FitReport } from "../lib/report.ts";

/**
 * How well a classifier tells whole generated traces from the original ones, in words: the areas under its ROC curve (AUC)
 * beside ½, where it cannot.
 */
export function toldApart({ floor, simple, gcm }: FitReport["twoSample"]): string {
  const even = gcm.bounds.low <= 0.5 && gcm.bounds.high >= 0.5;
  const verdict = even
    ? "cannot be told from the original by more than chance"
    : gcm.auc < 0.6
      ? "are hard to tell from the original"
      : "can be told from the original";
  return [
    `Whole traces of the GCM ${verdict}: a classifier that sees a trace's latency, shape and what each API did in it`,
    `has an AUC of ${area(gcm)} (½: it cannot tell, 1: always), on ${gcm.n} traces that it did not learn from;`,
    `for simple statistics it has ${area(simple)}, for the other half of the original ${area(floor)}.`,
  ].join(" ");
}

function area({ auc, bounds }: FitReport["twoSample"]["gcm"]): string {
  return `${auc.toFixed(2)} (${bounds.low.toFixed(2)} to ${bounds.high.toFixed(2)})`;
}
