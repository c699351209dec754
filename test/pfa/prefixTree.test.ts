import fc from "fast-check";
import { expect, test } from "vitest";
import { prefixTree } from "../../lib/pfa/prefixTree.ts";

test("walks share the states of their common prefix", () => {
  const tree = prefixTree([
    { symbols: ["a", "b"], n: 3 },
    { symbols: ["a", "c"], n: 2 },
    { symbols: ["a"], n: 1 },
    { symbols: [], n: 4 },
  ]);
  expect(tree.symbols).toEqual(["", "a", "b", "c"]);
  expect(tree.visits).toEqual([10, 6, 3, 2]);
  expect(tree.finishes).toEqual([4, 1, 3, 2]);
  expect(tree.next.map((map) => [...map])).toEqual([
    [["a", 1]],
    [
      ["b", 2],
      ["c", 3],
    ],
    [],
    [],
  ]);
});

test("of no walks it is the start alone", () => {
  expect(prefixTree([])).toEqual({ symbols: [""], next: [new Map()], visits: [0], finishes: [0] });
});

test("has a state for each distinct prefix, and conserves walks in every state", () => {
  const walk = fc.record({
    symbols: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 6 }),
    n: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(walk), (walks) => {
      const tree = prefixTree(walks);
      const prefixes = new Set(walks.flatMap(({ symbols }) => symbols.map((_, i) => symbols.slice(0, i + 1).join())));
      expect(tree.symbols).toHaveLength(prefixes.size + 1);
      for (const [state, map] of tree.next.entries()) {
        let onward = tree.finishes[state] as number;
        for (const child of map.values()) onward += tree.visits[child] as number;
        expect(onward).toBe(tree.visits[state]);
      }
    }),
  );
});
