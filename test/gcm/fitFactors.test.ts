import { describe, expect, it } from "vitest";
import { fitFactors } from "../../lib/gcm/fitFactors.ts";
import { normalQuantile } from "../../lib/gcm/normal.ts";
import type { NormalScores } from "../../lib/gcm/readNormalScores.ts";
import { Random } from "../../lib/simulate/random.ts";

/** Traces of one factor: each node is observed `times` times a trace, rarely not at all. */
function drawScores(truth: readonly number[], traces: number, times: number, seed: number): NormalScores {
  const random = new Random(seed);
  const normal = () => normalQuantile(random.uniform());
  const scores: NormalScores = {
    nodes: truth.map((_, number) => ({ kind: "own_time", number })),
    ...{ first: [], fold: [], node: [], count: [], sum: [], squares: [] },
  };
  for (let trace = 0; trace < traces; trace++) {
    scores.first.push(scores.node.length);
    scores.fold.push(trace % 2);
    const factor = normal();
    truth.forEach((loading, node) => {
      if (random.uniform() < 0.1) return;
      const drawn = Array.from({ length: times }, () => loading * factor + Math.sqrt(1 - loading ** 2) * normal());
      scores.node.push(node);
      scores.count.push(times);
      scores.sum.push(drawn.reduce((sum, score) => sum + score, 0));
      scores.squares.push(drawn.reduce((sum, score) => sum + score * score, 0));
    });
  }
  scores.first.push(scores.node.length);
  return scores;
}

describe("fitFactors", () => {
  it("recovers the correlations that one factor makes, with repeated and missing observations", () => {
    const truth = [0.9, 0.7, 0.5, -0.4, 0];
    for (const times of [1, 3]) {
      const { loadings } = fitFactors(drawScores(truth, 8000, times, 7));
      for (let a = 0; a < truth.length; a++) {
        for (let b = 0; b < a; b++) {
          const fitted = loadings[a].reduce((sum, loading, factor) => sum + loading * loadings[b][factor], 0);
          expect(Math.abs(fitted - truth[a] * truth[b])).toBeLessThan(0.05);
        }
      }
    }
  });

  it("takes no factor where scores are independent, where traces are few, and where nothing varies", () => {
    expect(fitFactors(drawScores([0, 0, 0, 0], 2000, 1, 3)).loadings.flat()).toEqual([]);
    expect(fitFactors(drawScores([0.9, 0.9], 60, 1, 3)).loadings.flat()).toEqual([]);
    const still = drawScores([0.9, 0.9], 500, 1, 3);
    still.sum.fill(0);
    still.squares.fill(0);
    expect(fitFactors(still).loadings.flat().every(Number.isFinite)).toBe(true);
  });

  it("never explains all of a score, and gives finite loadings for scores that are equal", () => {
    const scores = drawScores([0.99, 0.99, 0.99], 1000, 2, 5);
    const { loadings } = fitFactors(scores);
    for (const row of loadings) {
      expect(row.reduce((sum, loading) => sum + loading * loading, 0)).toBeLessThanOrEqual(0.95 + 1e-9);
    }
  });
});
