import { expect, test } from "vitest";
import { visitsOf } from "../../lib/pfa/automaton.ts";
import { parseWalk } from "../../lib/pfa/walk.ts";
import { walkText } from "./walks.ts";

test("neighbouring stages of one symbol are one visit, which counts all their runs", () => {
  const stages = parseWalk(walkText("0;0;0 0;1;0"));
  const exact = new Map(stages.map(({ label }) => [label, label]));
  expect(visitsOf(stages, exact).map(({ symbol, repeats }) => [symbol, repeats])).toEqual([
    ["0x1", 2],
    ["0x2", 1],
    ["1x1", 1],
    ["0x1", 1],
  ]);
  const support = new Map([
    ["0x1", "0"],
    ["0x2", "0"],
    ["1x1", "1"],
  ]);
  const visits = visitsOf(stages, support);
  expect(visits.map(({ symbol, repeats }) => [symbol, repeats])).toEqual([
    ["0", 3],
    ["1", 1],
    ["0", 1],
  ]);
  expect(visits[0]?.stages.map(({ label }) => label)).toEqual(["0x1", "0x2"]);
});
