import { expect, test } from "vitest";
import { type Coarsening, coarsenStages } from "../../lib/pfa/coarsenStages.ts";
import { makeWalks } from "./walks.ts";

/** Labels that share a symbol, as groups. */
function groups(plans: Record<string, number>, coarsening: Coarsening): string[][] {
  const bySymbol = new Map<string, string[]>();
  for (const [label, symbol] of coarsenStages(makeWalks(plans), coarsening)) {
    bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), label]);
  }
  return [...bySymbol.values()].map((labels) => labels.sort()).sort();
}

const plans = { "0;0 0;0 1": 10, "0~;1 0": 5, "2 3 4;2 3;2 5": 3 };

test("exact symbols tell every stage apart", () => {
  expect(groups(plans, "exact")).toEqual([
    ["0x1"],
    ["0x1,1x1"],
    ["0x2"],
    ["0~x1"],
    ["2x1,3x1"],
    ["2x1,3x1,4x1"],
    ["2x1,5x1"],
  ]);
});

test("support ignores how many of a call run, not which, nor whether they are waited for", () => {
  expect(groups(plans, "support")).toEqual([
    ["0x1", "0x2"],
    ["0x1,1x1"],
    ["0~x1"],
    ["2x1,3x1"],
    ["2x1,3x1,4x1"],
    ["2x1,5x1"],
  ]);
});

test("similar sets join the most frequent set that shares at least half of them", () => {
  expect(groups({ "2 3 4": 9, "2 3": 5, "2 5": 3, "6": 1 }, "similar")).toEqual([
    ["2x1,3x1", "2x1,3x1,4x1"],
    ["2x1,5x1"],
    ["6x1"],
  ]);
  // {2, 3} shares 1/2 with {2} and 2/3 with {2, 3, 4}, which are apart (1/3): the closer one wins.
  expect(groups({ "2": 9, "2 3 4": 8, "2 3": 1 }, "similar")).toEqual([["2x1"], ["2x1,3x1", "2x1,3x1,4x1"]]);
});

test("does not depend on the order of walks", () => {
  const backwards = Object.fromEntries(Object.entries(plans).reverse());
  for (const coarsening of ["exact", "support", "similar"] as const) {
    expect(groups(backwards, coarsening)).toEqual(groups(plans, coarsening));
  }
});
