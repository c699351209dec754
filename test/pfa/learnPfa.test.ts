import { expect, test } from "vitest";
import { Random } from "../../datasets/random.ts";
import { learnPfa } from "../../lib/pfa/learnPfa.ts";
import { makeWalks } from "./walks.ts";

test("few walks are kept exactly, as their prefix tree", () => {
  const { automaton, learning } = learnPfa(makeWalks({ "0;1": 100, "0;2": 50, "": 3 }));
  expect(automaton.symbols).toEqual(["", "0x1", "1x1", "2x1"]);
  expect(learning).toMatchObject({ walks: 3, executions: 153, treeStates: 4, threshold: "exact" });
  expect(learning.heldOut).toBeLessThan(0);
});

test("one execution has nothing to be held out against", () => {
  expect(learnPfa(makeWalks({ "0": 1 })).learning).toMatchObject({ executions: 1, heldOut: null });
});

/** Walks of a session: up to `rounds` rounds of calls drawn independently, so that few states tell all. */
function sessions(n: number, rounds: number, seed: number): Record<string, number> {
  const random = new Random(seed);
  const plans: Record<string, number> = {};
  for (let i = 0; i < n; i++) {
    const stages: string[] = [];
    for (let round = 0; round < rounds && random.uniform() < 0.8; round++) {
      stages.push(random.uniform() < 0.5 ? "0" : "1", random.uniform() < 0.3 ? "2 3" : "4");
    }
    const plan = stages.join(";");
    plans[plan] = (plans[plan] ?? 0) + 1;
  }
  return plans;
}

test("many walks of few causes become few states, and score no worse for it", () => {
  const walks = makeWalks(sessions(4000, 8, 1));
  expect(walks.length).toBeGreaterThan(24);
  const { automaton, learning } = learnPfa(walks);
  expect(learning.treeStates).toBeGreaterThan(500);
  // The start, two first calls of a round and two second ones.
  expect(automaton.symbols).toHaveLength(5);
  expect(learning.threshold).not.toBe("exact");
  // Log-likelihood of those states under the truth, in nats: `begun` rounds of two choices, after which a session goes
  // on or, 0.8 of them in all, finishes.
  const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  const begun = Array.from({ length: 8 }, (_, round) => 0.8 ** (round + 1)).reduce((a, b) => a + b);
  const truth = -(entropy(0.8) + begun * (Math.LN2 + entropy(0.3) + entropy(0.8 / begun)));
  expect(Math.abs((learning.heldOut as number) - truth)).toBeLessThan(0.3);
});

test("many walks that are all taken often, each for a reason of its own, are not merged away", () => {
  // Of 32 walks of five choices only those of an even number of 1s occur: no choice can be told from the others alone.
  const plans: Record<string, number> = {};
  for (let bits = 0; bits < 64; bits++) {
    const choices = Array.from({ length: 6 }, (_, i) => (bits >> i) & 1);
    if (choices.reduce((a, b) => a ^ b) === 0) plans[choices.map((bit, i) => String(2 * i + bit)).join(";")] = 200;
  }
  const walks = makeWalks(plans);
  const { learning, automaton } = learnPfa(walks);
  expect(learning.heldOut).toBeGreaterThan(-Math.log(32) - 0.2);
  expect(automaton.symbols.length).toBeGreaterThanOrEqual(12);
});
