/**
 * Minimises |y − Xλ|² over λ ≥ 0 by cyclic coordinate descent on the normal equations (the objective is convex, so the
 * descent ends in the minimum).
 * @param gram XᵀX, n × n
 * @param moments Xᵀy, n
 * @returns λ; `null` for a column that is all 0
 */
export function nonNegativeLeastSquares(
  gram: readonly (readonly number[])[],
  moments: readonly number[],
): (number | null)[] {
  const lambda = moments.map(() => 0);
  for (let round = 0; round < 10_000; round++) {
    let largest = 0;
    for (let i = 0; i < lambda.length; i++) {
      if (!(gram[i][i] > 0)) continue;
      let rest = moments[i];
      for (let j = 0; j < lambda.length; j++) if (j !== i) rest -= gram[i][j] * lambda[j];
      const value = Math.max(0, rest / gram[i][i]);
      largest = Math.max(largest, Math.abs(value - lambda[i]));
      lambda[i] = value;
    }
    if (largest < 1e-9) break;
  }
  return lambda.map((value, i) => (gram[i][i] > 0 ? value : null));
}
