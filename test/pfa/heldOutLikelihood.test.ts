import { describe, expect, test } from "vitest";
import { visitsOf } from "../../lib/pfa/automaton.ts";
import { type Coarsening, coarsenStages } from "../../lib/pfa/coarsenStages.ts";
import type { MeasuredWalk } from "../../lib/pfa/collectPfaWalks.ts";
import { heldOutLikelihood, meanAndError } from "../../lib/pfa/heldOutLikelihood.ts";
import { mergeStates } from "../../lib/pfa/mergeStates.ts";
import { prefixTree } from "../../lib/pfa/prefixTree.ts";
import { makeWalks, weightOf } from "./walks.ts";

function exactTree(walks: readonly MeasuredWalk[], coarsening: Coarsening = "exact") {
  const symbolOf = coarsenStages(walks, coarsening);
  const sequences = walks.map((walk) => ({
    symbols: visitsOf(walk.stages, symbolOf).map((visit) => visit.symbol),
    n: weightOf(walk),
  }));
  return { tree: prefixTree(sequences), symbolOf };
}

test("the score of one walk of one call, worked out by hand", () => {
  const walks = makeWalks({ "0": 2 });
  const { tree, symbolOf } = exactTree(walks);
  // One walk trains, one is scored. The prior of weight 1/2 is shared by two ways on (the call, or finishing), and is
  // 2^-(k+1) for a count of k: of repeats, and of the call.
  const onward = (1 + 0.25) / 1.5;
  const once = (1 + 0.5 / 4) / 1.5;
  const held = heldOutLikelihood(tree, walks, symbolOf);
  expect(held.mean).toBeCloseTo(Math.log(onward * once * once * onward), 12);
  expect(held.weights).toEqual([2]);
  expect(held.standardError).toBe(0);
});

test("the score of a walk that the other fold never took, worked out by hand", () => {
  const walks = makeWalks({ "0": 1, "1;1": 1 });
  const [taken, never] = walks as [MeasuredWalk, MeasuredWalk];
  taken.counts = [{ caller: -1, folds: [0, 3] }];
  never.counts = [{ caller: -1, folds: [1, 0] }];
  const { tree, symbolOf } = exactTree(walks);
  // From the start 3 walks took the other of 3 ways; the state was never visited: its way on, its repeats (2 of them)
  // and its stages come from the prior alone. A stage has one call (1/4), which is one of two (1/2), once (1/2).
  const start = 0.5 / 3 / 3.5;
  const stage = (1 / 4) * (1 / 2) * (1 / 2);
  const held = heldOutLikelihood(tree, walks, symbolOf);
  expect(held.walks[1]).toBeCloseTo(Math.log(start * (1 / 8) * stage ** 2 * (1 / 3)), 12);
});

/** Every plan of up to `stages` stages over some stages. */
function allPlans(alphabet: string[], stages: number): string[] {
  if (stages === 0) return [""];
  const shorter = allPlans(alphabet, stages - 1);
  const longest = shorter.filter((plan) => plan === "" || plan.split(";").length === stages - 1);
  return [
    ...new Set([
      ...shorter,
      ...longest.flatMap((plan) => alphabet.map((stage) => (plan === "" ? stage : `${plan};${stage}`))),
    ]),
  ];
}

describe("no automaton can score well by being improper: the probabilities of all walks sum to at most 1", () => {
  const few = ["0", "1", "0 0", "0 0 0", "0 1", "1 1", "0 0 1", "1~", "0 1~"];
  const copies = Array.from({ length: 12 }, (_, n) =>
    Array(n + 1)
      .fill("0")
      .join(" "),
  );
  const much = { "": 3, "0": 40, "0;1": 25, "0 0;1": 5, "0 1;0": 9, "0;0;1": 4 };

  test.each<[string, string[], Record<string, number>, Coarsening, number | "exact"]>([
    ["after much training", few, much, "exact", "exact"],
    ["after much training", few, much, "support", "exact"],
    ["after much training", few, much, "similar", "exact"],
    ["after much training", few, much, "exact", 0.05],
    ["after much training", few, much, "support", 0.05],
    ["after much training", few, much, "similar", 0.0005],
    ["after little training", few, { "0": 1 }, "similar", "exact"],
    ["after no training, of many copies of a call", copies, {}, "support", "exact"],
  ])("%s", (_, alphabet, training, coarsening, threshold) => {
    const scored = makeWalks(Object.fromEntries(allPlans(alphabet, 3).map((plan) => [plan, 1])));
    for (const walk of scored) walk.counts = [{ caller: -1, folds: [1, 0] }];
    const trained = makeWalks(training);
    for (const walk of trained) walk.counts = [{ caller: -1, folds: [0, weightOf(walk)] }];
    const walks = [...scored, ...trained];
    const { tree, symbolOf } = exactTree(walks, coarsening);
    const automaton = threshold === "exact" ? tree : mergeStates(tree, threshold);
    const held = heldOutLikelihood(automaton, walks, symbolOf);
    const total = held.walks.slice(0, scored.length).reduce((sum, score) => sum + Math.exp(score), 0);
    expect(total).toBeLessThanOrEqual(1 + 1e-9);
    expect(total).toBeGreaterThan(0.3);
  });
});

test("the truth scores better than too little and than too much", () => {
  // Two independent choices: calls 0 or 1, then 2 or 3. Merged, the second does not depend on the first.
  const walks = makeWalks({ "0;2": 250, "0;3": 250, "1;2": 250, "1;3": 250 });
  const { tree, symbolOf } = exactTree(walks);
  const merged = mergeStates(tree, 0.05);
  const entropy = 2 * Math.log(2);
  const held = heldOutLikelihood(tree, walks, symbolOf).mean;
  expect(held).toBeLessThan(-entropy);
  expect(held).toBeGreaterThan(-entropy - 0.05);
  expect(heldOutLikelihood(merged, walks, symbolOf).mean).toBeGreaterThan(-entropy - 0.05);
});

test("mean and standard error are those of the repeated observations", () => {
  const values = [1, 1, 1, 4, 4, 9];
  const mean = values.reduce((a, b) => a + b) / 6;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5;
  const { mean: weighted, standardError } = meanAndError([1, 4, 9], [3, 2, 1]);
  expect(weighted).toBeCloseTo(mean, 12);
  expect(standardError).toBeCloseTo(Math.sqrt(variance / 6), 12);
  expect(meanAndError([], [])).toEqual({ mean: 0, standardError: Number.POSITIVE_INFINITY });
});
