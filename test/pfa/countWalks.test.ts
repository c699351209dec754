import { expect, test } from "vitest";
import { coarsenStages } from "../../lib/pfa/coarsenStages.ts";
import { countWalks } from "../../lib/pfa/countWalks.ts";
import { prefixTree } from "../../lib/pfa/prefixTree.ts";
import { makeCallersWalks } from "./walks.ts";

const walks = makeCallersWalks({ "0;0;1": { 3: 4, 4: 3 }, "0": { 3: 2 }, "0 0;1": { 4: 1 } });
const tree = prefixTree([
  { symbols: ["0", "1"], n: 8 },
  { symbols: ["0"], n: 2 },
]);
const support = coarsenStages(walks, "support");

test("counts visits, ways on by caller, repeats, runs and calls", () => {
  const [start, zero, one] = countWalks(tree, walks, support, "both");
  expect(start).toMatchObject({ visits: 10, runs: 0 });
  expect([...(start?.leaves ?? [])]).toEqual([
    [3, { finish: 0, next: new Map([["0", 6]]) }],
    [4, { finish: 0, next: new Map([["0", 4]]) }],
  ]);
  expect(zero).toMatchObject({
    visits: 10,
    runs: 17,
    repeats: new Map([
      [2, 7],
      [1, 3],
    ]),
  });
  expect(zero?.calls.get("0")?.counts).toEqual(
    new Map([
      [1, 16],
      [2, 1],
    ]),
  );
  expect(zero?.leaves.get(3)).toEqual({ finish: 2, next: new Map([["1", 4]]) });
  expect(one).toMatchObject({ visits: 8, runs: 8 });
});

test("one fold counts its own executions, and both add up", () => {
  const visits = ([0, 1, "both"] as const).map((fold) =>
    countWalks(tree, walks, support, fold).map((state) => state.visits),
  );
  const [first, second, both] = visits;
  expect(both).toEqual(first?.map((n, i) => n + (second?.[i] ?? 0)));
});

test("refuses a walk that the automaton does not accept", () => {
  const short = prefixTree([{ symbols: ["0"], n: 1 }]);
  expect(() => countWalks(short, walks, support, "both")).toThrow(/^pfa: walk \d has no transition from state 1$/);
});
