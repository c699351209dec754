import { callKey, type Stage, type Walk } from "./walk.ts";

/** How stages become symbols of the automaton: exactly as they are, by the set of their calls, or by similar sets. */
export type Coarsening = "exact" | "support" | "similar";

/** Sets of calls that share at least this much (Jaccard index) are one symbol under `similar`. */
const similarity = 0.5;

/** Gives the symbol of each stage label that occurs in the walks. Deterministic: frequent sets are looked at first. */
export function coarsenStages(walks: readonly Walk[], coarsening: Coarsening): Map<string, string> {
  const stages = new Map<string, { stage: Stage; n: number }>();
  for (const walk of walks) {
    const n = walk.counts.reduce((sum, count) => sum + count.folds[0] + count.folds[1], 0);
    for (const stage of walk.stages) {
      const known = stages.get(stage.label);
      if (known) known.n += n;
      else stages.set(stage.label, { stage, n });
    }
  }
  if (coarsening === "exact") return new Map([...stages.keys()].map((label) => [label, label]));
  const supportOf = (stage: Stage) => stage.calls.map(callKey).join(",");
  if (coarsening === "support") return new Map([...stages].map(([label, { stage }]) => [label, supportOf(stage)]));
  const ordered = [...stages].sort(([a, x], [b, y]) => y.n - x.n || (a < b ? -1 : 1));
  const seeds: { symbol: string; size: number }[] = [];
  const seedsWith = new Map<string, number[]>();
  const symbols = new Map<string, string>();
  for (const [label, { stage }] of ordered) {
    const keys = [...new Set(stage.calls.map(callKey))];
    const shared = new Map<number, number>();
    for (const key of keys) for (const seed of seedsWith.get(key) ?? []) shared.set(seed, (shared.get(seed) ?? 0) + 1);
    let best = -1;
    let bestShare = 0;
    for (const [seed, both] of [...shared].sort(([a], [b]) => a - b)) {
      const share = both / (keys.length + seeds[seed].size - both);
      if (share >= similarity && share > bestShare) [best, bestShare] = [seed, share];
    }
    if (best < 0) {
      best = seeds.push({ symbol: supportOf(stage), size: keys.length }) - 1;
      for (const key of keys) {
        const others = seedsWith.get(key);
        if (others) others.push(best);
        else seedsWith.set(key, [best]);
      }
    }
    symbols.set(label, seeds[best].symbol);
  }
  return symbols;
}
