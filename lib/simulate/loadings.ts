import { normalProbability, normalQuantile } from "../gcm/normal.ts";
import type { GcmNode } from "../topology/topology.ts";
import type { Random } from "./random.ts";

/** Loadings of nodes on the factors of a trace, packed: a row of weights each, then √(1 − Σ weights²). */
export interface Loadings {
  /** Number of factors. */
  factors: number;
  weight: Float64Array;
}

/** A standard normal number. */
export function drawNormal(random: Random): number {
  return normalQuantile(random.uniform());
}

/** Draws the rank of a node, uniform on (0, 1), given the factors of its trace; `row` −1 is a node without loadings. */
export function drawRank(loadings: Loadings, row: number, factors: Float64Array, random: Random): number {
  if (row < 0) return random.uniform();
  const { factors: count, weight } = loadings;
  let at = row * (count + 1);
  let sum = 0;
  for (let factor = 0; factor < count; factor++) sum += weight[at++]! * factors[factor]!;
  const rank = normalProbability(sum + weight[at]! * drawNormal(random));
  return rank <= 0 ? Number.MIN_VALUE : rank >= 1 ? 1 - 2 ** -32 : rank;
}

/** Collects the loadings of nodes and packs them. */
export class LoadingsBuilder {
  private readonly weight: number[] = [];

  /** @param factors ids of the exogenous factors, in the order of their numbers */
  constructor(private readonly factors: readonly string[]) {}

  /** @returns the row of a node's loadings, −1 where it has none */
  add({ loadings }: Pick<GcmNode, "loadings">): number {
    const weights = this.factors.map((id) => loadings?.[id] ?? 0);
    if (weights.every((weight) => weight === 0)) return -1;
    const explained = weights.reduce((sum, weight) => sum + weight * weight, 0);
    this.weight.push(...weights, Math.sqrt(Math.max(0, 1 - explained)));
    return this.weight.length / (this.factors.length + 1) - 1;
  }

  build(): Loadings {
    return { factors: this.factors.length, weight: Float64Array.from(this.weight) };
  }
}
