import type { NormalScores } from "./readNormalScores.ts";

/**
 * The distribution of a trace's factors f ~ N(0, I) given its scores z = Λ·f + √(1 − |Λ|²)·ε: normal again, with
 * precision I + Σ ΛᵀΛ / (1 − |Λ|²).
 */
export class FactorPosterior {
  /** E f, and E f·fᵀ, of the trace last conditioned on. */
  readonly mean: Float64Array;
  readonly second: Float64Array;
  private readonly factors: number;
  private readonly precision: Float64Array;
  private readonly pull: Float64Array;
  /** Λ, Λ / (1 − |Λ|²) and ΛᵀΛ / (1 − |Λ|²) of each node, and log(1 − |Λ|²) with 1 / (1 − |Λ|²). */
  private readonly weighted: Float64Array[];
  private readonly products: Float64Array[];
  private readonly logRest: number[];
  private readonly inverseRest: number[];

  /** @param loadings for each node of the scores the weight of each factor */
  constructor(
    private readonly scores: NormalScores,
    loadings: readonly (readonly number[])[],
  ) {
    const factors = loadings[0]?.length ?? 0;
    this.factors = factors;
    this.mean = new Float64Array(factors);
    this.second = new Float64Array(factors * factors);
    this.precision = new Float64Array(factors * factors);
    this.pull = new Float64Array(factors);
    const rest = loadings.map((row) => 1 - row.reduce((sum, loading) => sum + loading * loading, 0));
    this.weighted = loadings.map((row, node) => Float64Array.from(row, (loading) => loading / rest[node]));
    this.products = loadings.map((row, node) =>
      Float64Array.from({ length: factors * factors }, (_, at) => {
        return (row[Math.floor(at / factors)] * row[at % factors]) / rest[node];
      }),
    );
    this.logRest = rest.map(Math.log);
    this.inverseRest = rest.map((value) => 1 / value);
  }

  /** Conditions on one trace and returns the log-likelihood of its scores, up to a constant. */
  update(trace: number): number {
    const { scores, factors, precision, pull, mean, second } = this;
    precision.fill(0);
    pull.fill(0);
    for (let i = 0; i < factors; i++) precision[i * factors + i] = 1;
    let likelihood = 0;
    for (let row = scores.first[trace]; row < scores.first[trace + 1]; row++) {
      const node = scores.node[row];
      const count = scores.count[row];
      const sum = scores.sum[row];
      likelihood -= count * this.logRest[node] + scores.squares[row] * this.inverseRest[node];
      const weighted = this.weighted[node];
      const products = this.products[node];
      for (let i = 0; i < factors; i++) pull[i] += weighted[i] * sum;
      for (let i = 0; i < factors * factors; i++) precision[i] += count * products[i];
    }
    const determinant = invert(precision, second, factors);
    for (let i = 0; i < factors; i++) {
      mean[i] = 0;
      for (let j = 0; j < factors; j++) mean[i] += second[i * factors + j] * pull[j];
      likelihood += mean[i] * pull[i];
    }
    for (let i = 0; i < factors; i++) for (let j = 0; j < factors; j++) second[i * factors + j] += mean[i] * mean[j];
    return (likelihood - Math.log(determinant)) / 2;
  }
}

/** Writes the inverse of a positive definite matrix, which is used up, and returns its determinant. */
function invert(matrix: Float64Array, inverse: Float64Array, n: number): number {
  inverse.fill(0);
  for (let i = 0; i < n; i++) inverse[i * n + i] = 1;
  let determinant = 1;
  for (let i = 0; i < n; i++) {
    const pivot = matrix[i * n + i];
    determinant *= pivot;
    for (let k = 0; k < n; k++) {
      matrix[i * n + k] /= pivot;
      inverse[i * n + k] /= pivot;
    }
    for (let j = 0; j < n; j++) {
      const factor = matrix[j * n + i];
      if (j === i || factor === 0) continue;
      for (let k = 0; k < n; k++) {
        matrix[j * n + k] -= factor * matrix[i * n + k];
        inverse[j * n + k] -= factor * inverse[i * n + k];
      }
    }
  }
  return determinant;
}

/** Solves a positive definite system by elimination; the matrix is used up. */
export function solve(matrix: Float64Array, right: ArrayLike<number>, n: number): number[] {
  const inverse = new Float64Array(n * n);
  invert(matrix, inverse, n);
  return Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += inverse[i * n + j] * right[j];
    return sum;
  });
}
