import fc from "fast-check";
import { expect, test } from "vitest";
import { nonNegativeLeastSquares } from "../../lib/gcm/nonNegativeLeastSquares.ts";

function normalEquations(rows: readonly number[][], y: readonly number[]) {
  const columns = rows[0]?.length ?? 0;
  const indexes = Array.from({ length: columns }, (_, i) => i);
  const gram = indexes.map((i) => indexes.map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)));
  const moments = indexes.map((i) => rows.reduce((sum, row, r) => sum + row[i]! * y[r]!, 0));
  return { gram, moments };
}

test("one column: the ratio of moments, and never below 0", () => {
  expect(nonNegativeLeastSquares([[4]], [6])).toEqual([1.5]);
  expect(nonNegativeLeastSquares([[4]], [-6])).toEqual([0]);
});

test("a column of zeros cannot be told", () => {
  expect(
    nonNegativeLeastSquares(
      [
        [0, 0],
        [0, 2],
      ],
      [0, 1],
    ),
  ).toEqual([null, 0.5]);
  expect(nonNegativeLeastSquares([], [])).toEqual([]);
});

test("finds the factors that made exact data", () => {
  const rows = [
    [1, 0, 2],
    [0, 3, 1],
    [2, 2, 0],
    [1, 1, 1],
  ];
  const lambda = [1, 0.5, 0];
  const { gram, moments } = normalEquations(
    rows,
    rows.map((row) => row.reduce((sum, x, i) => sum + x * lambda[i]!, 0)),
  );
  for (const [i, value] of nonNegativeLeastSquares(gram, moments).entries()) expect(value).toBeCloseTo(lambda[i]!, 7);
});

const number = fc.integer({ min: -50, max: 50 });
const problem = fc
  .integer({ min: 1, max: 4 })
  .chain((columns) =>
    fc.array(fc.tuple(fc.array(number, { minLength: columns, maxLength: columns }), number), {
      minLength: 8,
      maxLength: 20,
    }),
  )
  .map((rows) =>
    normalEquations(
      rows.map(([x]) => x),
      rows.map(([, y]) => y),
    ),
  );

test("satisfies the conditions of Karush, Kuhn and Tucker, which only the minimum does", () => {
  fc.assert(
    fc.property(problem, ({ gram, moments }) => {
      const lambda = nonNegativeLeastSquares(gram, moments);
      for (const [i, value] of lambda.entries()) {
        if (value === null) {
          expect(gram[i]![i]).toBe(0);
          continue;
        }
        const slope = lambda.reduce<number>((sum, other, j) => sum + gram[i]![j]! * (other ?? 0), -moments[i]!);
        const scale = gram[i]![i]! + Math.abs(moments[i]!);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(slope / scale).toBeGreaterThan(-1e-6);
        if (value > 1e-6) expect(Math.abs(slope / scale)).toBeLessThan(1e-6);
      }
    }),
  );
});

test("no point of a grid around it is better", () => {
  const objective = (gram: number[][], moments: number[], at: number[]) =>
    at.reduce(
      (sum, a, i) => sum + at.reduce((inner, b, j) => inner + a * b * gram[i]![j]!, 0) - 2 * a * moments[i]!,
      0,
    );
  fc.assert(
    fc.property(
      problem,
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
      (p, step) => {
        const best = nonNegativeLeastSquares(p.gram, p.moments).map((value) => value ?? 0);
        const other = best.map((value, i) => Math.max(0, value + step[i]!));
        const least = objective(p.gram, p.moments, best);
        expect(objective(p.gram, p.moments, other)).toBeGreaterThanOrEqual(least - 1e-6 * (1 + Math.abs(least)));
      },
    ),
  );
});
