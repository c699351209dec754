import type { Distances } from "./compare/compareSamples.ts";
import { judged, type Refit, type RefitOptions, refit } from "./refit.ts";
import type { Dataset } from "./traces/dataset.ts";

type Judged = Record<"root" | "api", Distances<"simple" | "gcm">>;

/** Distances over several seeds: of the pooled entry executions and of the APIs. */
export interface Repeated {
  seeds: number[];
  mean: Judged;
  /** Largest less smallest. */
  spread: Judged;
}

/**
 * Repeats split, fit and judgement with further seeds.
 * @param first what the first seed (`options.seed`) gave
 * @param count seeds in all; they follow the first
 */
export async function repeat(
  dataset: Dataset,
  first: Pick<Refit, "pooled" | "mean">,
  count: number,
  options: RefitOptions,
): Promise<Repeated> {
  const { seed = 1 } = options;
  const seeds = Array.from({ length: count }, (_, index) => seed + index);
  const found = [judged(first)];
  for (const next of seeds.slice(1)) found.push(judged(await refit(dataset, { ...options, seed: next })));
  const over = (of: (values: number[]) => number): Judged => {
    const level = (name: "root" | "api") => {
      const one = (column: "floor" | "simple" | "gcm") => {
        const values = found.map((each) => each[name][column]);
        return values.includes(null) ? null : of(values as number[]);
      };
      return { floor: one("floor"), simple: one("simple"), gcm: one("gcm") };
    };
    return { root: level("root"), api: level("api") };
  };
  return {
    seeds,
    mean: over((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
    spread: over((values) => Math.max(...values) - Math.min(...values)),
  };
}
