import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../datasets/random.ts";
import type { Automaton } from "../../lib/pfa/automaton.ts";
import { mergeStates } from "../../lib/pfa/mergeStates.ts";
import { prefixTree } from "../../lib/pfa/prefixTree.ts";

/** A small PFA: for each state its symbol and the probabilities of the next ones; what is left finishes. */
type Truth = { symbol: string; to: Record<number, number> }[];

function sample(truth: Truth, n: number, seed: number) {
  const random = new Random(seed);
  const counts = new Map<string, number>();
  for (let i = 0; i < n; i++) {
    const symbols: string[] = [];
    for (let state: number | undefined = 0; state !== undefined; ) {
      let u = random.uniform();
      let next: number | undefined;
      for (const [to, probability] of Object.entries(truth[state]!.to)) {
        if (u < probability) {
          next = Number(to);
          break;
        }
        u -= probability;
      }
      if (next !== undefined) symbols.push(truth[next]!.symbol);
      state = next;
    }
    counts.set(symbols.join(), (counts.get(symbols.join()) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => ({ symbols: text === "" ? [] : text.split(","), n: count }));
}

/** The transitions of an automaton in words that do not depend on how states are numbered. */
function edges(automaton: Automaton): string[] {
  const name = (state: number) => automaton.symbols[state] || "start";
  return automaton.next.flatMap((map, from) => [...map.values()].map((to) => `${name(from)} > ${name(to)}`)).sort();
}

function accepts(automaton: Automaton, symbols: readonly string[]): boolean {
  let state: number | undefined = 0;
  for (const symbol of symbols) {
    state = automaton.next[state]!.get(symbol);
    if (state === undefined || automaton.symbols[state] !== symbol) return false;
  }
  return true;
}

describe("recovers the automaton that walks were drawn from", () => {
  const loop: Truth = [
    { symbol: "", to: { 1: 1 } },
    { symbol: "a", to: { 2: 0.5, 3: 0.5 } },
    { symbol: "b", to: { 1: 0.6 } },
    { symbol: "c", to: {} },
  ];
  const memory: Truth = [
    { symbol: "", to: { 1: 0.5, 2: 0.5 } },
    { symbol: "x", to: { 3: 1 } },
    { symbol: "y", to: { 4: 1 } },
    { symbol: "a", to: { 5: 0.9, 6: 0.1 } },
    { symbol: "a", to: { 5: 0.1, 6: 0.9 } },
    { symbol: "d", to: {} },
    { symbol: "e", to: {} },
  ];

  test.each([0.05, 0.005, 0.0005])("a loop with a choice, threshold %d", (epsilon) => {
    const tree = prefixTree(sample(loop, 20_000, 1));
    const merged = mergeStates(tree, epsilon);
    expect(tree.symbols.length).toBeGreaterThan(20);
    expect(edges(merged)).toEqual(["a > b", "a > c", "b > a", "start > a"]);
  });

  test("two states of one symbol that remember what came before", () => {
    const merged = mergeStates(prefixTree(sample(memory, 5000, 2)), 0.05);
    expect(edges(merged)).toEqual(["a > d", "a > d", "a > e", "a > e", "start > x", "start > y", "x > a", "y > a"]);
    expect(merged.symbols).toHaveLength(7);
  });

  test("too few walks to tell those two apart make one of them", () => {
    const merged = mergeStates(prefixTree(sample(memory, 8, 2)), 0.0005);
    expect(merged.symbols.filter((symbol) => symbol === "a")).toHaveLength(1);
  });
});

test("merges nothing that differs at all when the threshold is 2, and only what is equal", () => {
  const tree = prefixTree([
    { symbols: ["x", "a", "d"], n: 50 },
    { symbols: ["x", "a"], n: 50 },
    { symbols: ["y", "a", "d"], n: 51 },
    { symbols: ["y", "a"], n: 49 },
    { symbols: ["z", "a", "d"], n: 500 },
    { symbols: ["z", "a"], n: 500 },
  ]);
  const merged = mergeStates(tree, 2);
  // Below x and z the future is the same, 1/2 and 1/2; below y it is not. The states of d all just finish.
  expect(merged.symbols.filter((symbol) => symbol === "a")).toHaveLength(2);
  expect(merged.symbols.filter((symbol) => symbol === "d")).toHaveLength(1);
  expect(merged.symbols).toHaveLength(7);
});

test("accepts every walk it was made from, has no more states than the tree, and none that no walk reaches", () => {
  const walk = fc.record({
    symbols: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 9 }),
    n: fc.integer({ min: 1, max: 99 }),
  });
  fc.assert(
    fc.property(fc.array(walk, { maxLength: 40 }), fc.constantFrom(2, 0.5, 0.05, 0.0005, 1e-9), (walks, epsilon) => {
      const tree = prefixTree(walks);
      const merged = mergeStates(tree, epsilon);
      expect(merged.symbols.length).toBeLessThanOrEqual(tree.symbols.length);
      expect(merged.symbols[0]).toBe("");
      for (const { symbols } of walks) expect(accepts(merged, symbols)).toBe(true);
      const reached = new Set([0]);
      for (const state of reached) for (const next of merged.next[state]!.values()) reached.add(next);
      expect(reached.size).toBe(merged.symbols.length);
    }),
    { numRuns: 300 },
  );
});

test("walks of 20,000 stages end, as a loop", () => {
  const walks = Array.from({ length: 30 }, (_, i) => ({
    symbols: Array.from({ length: 20_000 + 2 * i }, (_stage, at) => (at % 2 === 0 ? "a" : "b")),
    n: 10,
  }));
  const merged = mergeStates(prefixTree(walks), 0.05);
  expect(merged.symbols).toHaveLength(3);
  for (const { symbols } of walks) expect(accepts(merged, symbols)).toBe(true);
});
