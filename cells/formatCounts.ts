import type { CountProbability } from "../lib/topology/topology.ts";

/** A count's distribution in short: `×3` where it is certain, else its range and mean: `×1–3, mean 2.6`. */
export function formatCounts(counts: CountProbability[]): string {
  const possible = counts.filter((entry) => entry.probability > 0).map((entry) => entry.count);
  if (possible.length === 0) return "";
  const [low, high] = [Math.min(...possible), Math.max(...possible)];
  if (low === high) return `×${low}`;
  const mean = counts.reduce((sum, entry) => sum + entry.count * entry.probability, 0);
  return `×${low}–${high}, mean ${Number(mean.toPrecision(3))}`;
}
