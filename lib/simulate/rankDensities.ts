import { binCount, binEdges } from "../gcm/rankClasses.ts";

/** Densities of ranks, each constant on the same bins, packed: the probabilities of each one's bins. */
export interface RankDensities {
  weight: Float64Array;
}

/** The quantile at `rank`, 0 to 1, of density `row`; of row −1, the uniform one, it is `rank` itself. */
export function rankUnder(densities: RankDensities, row: number, rank: number): number {
  if (row < 0) return rank;
  const { weight } = densities;
  const from = row * binCount;
  let left = rank;
  let bin = 0;
  while (bin < binCount - 1 && left >= weight[from + bin]!) left -= weight[from + bin++]!;
  const width = binEdges[bin + 1]! - binEdges[bin]!;
  const mass = weight[from + bin]!;
  const found = binEdges[bin]! + (mass > 0 ? width * Math.min(1, left / mass) : 0);
  return found <= 0 ? Number.MIN_VALUE : found >= 1 ? 1 - 2 ** -32 : found;
}

/** Collects densities and packs them; one that is added again keeps its row. */
export class RankDensitiesBuilder {
  private readonly known = new Map<readonly number[], number>();
  private readonly weight: number[] = [];

  /** @returns the row of a density with these probabilities of its bins, which need not sum to exactly 1 */
  add(weights: readonly number[]): number {
    const known = this.known.get(weights);
    if (known !== undefined) return known;
    const row = this.weight.length / binCount;
    this.known.set(weights, row);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const weight of weights) this.weight.push(weight / total);
    return row;
  }

  build(): RankDensities {
    return { weight: Float64Array.from(this.weight) };
  }
}
