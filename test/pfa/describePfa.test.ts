import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { visitsOf } from "../../lib/pfa/automaton.ts";
import { type Coarsening, coarsenStages } from "../../lib/pfa/coarsenStages.ts";
import type { MeasuredWalk } from "../../lib/pfa/collectPfaWalks.ts";
import { describePfa } from "../../lib/pfa/describePfa.ts";
import { learnPfa } from "../../lib/pfa/learnPfa.ts";
import { mergeStates } from "../../lib/pfa/mergeStates.ts";
import { prefixTree } from "../../lib/pfa/prefixTree.ts";
import type { Pfa } from "../../lib/topology/topology.ts";
import { validatePfa } from "../../lib/topology/validatePfa.ts";
import { expectedCalls } from "./expectedCalls.ts";
import { makeCallersWalks, makeWalks, walkText, weightOf } from "./walks.ts";

const edgeId = (edge: number) => `e${edge}`;
const callerId = (api: number) => (api < 0 ? "(entry)" : `A${api}`);

function described(walks: readonly MeasuredWalk[]) {
  return describePfa(learnPfa(walks), walks, edgeId, { caller: callerId, chain: (chain) => `c${chain}` });
}

/** The pooled row of a state as probabilities by target. */
function rowOf(pfa: Pfa, from: string, caller?: string) {
  const row = pfa.transitions.find((each) => each.from === from && each.given.caller === caller);
  return row && Object.fromEntries(row.to.map(({ state, probability }) => [state, probability]));
}

test("probabilities are the frequencies of walks, targets most likely first, and finish is one of them", () => {
  const { pfa } = described(makeWalks({ "0;1": 60, "0;2": 20, "0": 10, "": 10 }));
  expect(pfa.states.map(({ id }) => id)).toEqual(["start", "s1", "s2", "s3", "finish"]);
  expect(
    pfa.transitions.map(({ from, given, visits, to }) => [from, given, visits, to.map(({ state }) => state)]),
  ).toEqual([
    ["start", {}, 100, ["s1", "finish"]],
    ["s1", {}, 90, ["s2", "s3", "finish"]],
    ["s2", {}, 60, ["finish"]],
    ["s3", {}, 20, ["finish"]],
  ]);
  expect(rowOf(pfa, "start")).toEqual({ s1: 0.9, finish: 0.1 });
  expect(rowOf(pfa, "s1")).toEqual({ s2: 60 / 90, s3: 20 / 90, finish: 10 / 90 });
});

test("a path is the last state before finish: in a prefix tree it tells the walk exactly", () => {
  const walks = makeWalks({ "0;1": 5, "0;2": 4, "0": 3, "": 2 });
  const { pathOf, pfa } = described(walks);
  expect(new Set(pathOf.values()).size).toBe(4);
  const name = (index: number) => pathOf.get((walks[index] as MeasuredWalk).id);
  const plans = walks.map((walk) => walk.stages.map(({ label }) => label).join(";"));
  expect(name(plans.indexOf(""))).toBe("start");
  const last = pfa.states.find(({ id }) => id === name(plans.indexOf("0x1;2x1")));
  expect(last?.calls.map(({ edge }) => edge)).toEqual(["e2"]);
});

test("a stage that repeats keeps the distribution of its counts, not a loop", () => {
  const { pfa } = described(makeWalks({ "0;0;0": 30, "0": 10, "1": 10 }));
  const states = pfa.states.filter(({ calls }) => calls[0]?.edge === "e0");
  expect(pfa.transitions.every(({ from, to }) => to.every(({ state }) => state !== from))).toBe(true);
  expect(states.flatMap(({ repeat }) => repeat ?? [])).toEqual([
    { count: 1, probability: 0.25 },
    { count: 3, probability: 0.75 },
  ]);
  expect(pfa.states.find(({ calls }) => calls[0]?.edge === "e1")?.repeat).toBeUndefined();
});

test("several calls of an edge at once keep their multiplicity; asynchronous ones are told apart", () => {
  const { pfa } = described(makeWalks({ "0 0 0 1 1~": 10 }));
  expect(pfa.states.find(({ id }) => id === "s1")?.calls).toEqual([
    { edge: "e0", probability: 1, count: [{ count: 3, probability: 1 }], asynchronous: false },
    { edge: "e1", probability: 1, asynchronous: false },
    { edge: "e1", probability: 1, asynchronous: true },
  ]);
});

describe("a caller's own transitions", () => {
  test("are kept where it behaves otherwise", () => {
    const { pfa } = described(makeCallersWalks({ "0": { 7: 100, 8: 1 }, "1": { 7: 1, 8: 100 } }));
    expect(rowOf(pfa, "start", "A7")).toEqual({ s1: 100 / 101, s2: 1 / 101 });
    expect(rowOf(pfa, "start", "A8")).toEqual({ s2: 100 / 101, s1: 1 / 101 });
    expect(rowOf(pfa, "start")).toEqual({ s1: 0.5, s2: 0.5 });
    expect(pfa.transitions.at(-1)?.given).toEqual({});
  });

  test("include those of entry calls, under their own name", () => {
    const { pfa } = described(makeCallersWalks({ "0": { "-1": 100 }, "1": { 3: 100 } }));
    expect(rowOf(pfa, "start", "(entry)")).toEqual({ s1: 1 });
  });

  test("are left out where it behaves like the others, or is seen fewer than five times, or is the only caller", () => {
    const rows = (walks: MeasuredWalk[]) => described(walks).pfa.transitions.filter(({ given }) => given.caller).length;
    expect(rows(makeCallersWalks({ "0": { 1: 51, 2: 48 }, "1": { 1: 49, 2: 52 } }))).toBe(0);
    expect(rows(makeCallersWalks({ "0": { 1: 100, 2: 0 }, "1": { 1: 0, 2: 4 } }))).toBe(0);
    expect(rows(makeCallersWalks({ "0": { 1: 100 }, "1": { 1: 100 } }))).toBe(0);
  });

  test("appear by chance as seldom as the likelihood ratio's level says", () => {
    // The gain of a difference that is not there is chi-squared: above 6.6 + 2 with one degree of freedom in 0.34 %.
    let kept = 0;
    const runs = 400;
    const coin = (n: number, seed: number) => {
      let heads = 0;
      let x = seed * 2654435761 + 12345;
      for (let i = 0; i < n; i++) {
        x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + i;
        x ^= x >>> 12;
        heads += (x >>> 9) & 1;
      }
      return heads;
    };
    for (let run = 0; run < runs; run++) {
      const [a, b] = [coin(200, 2 * run), coin(200, 2 * run + 1)];
      const { pfa } = described(makeCallersWalks({ "0": { 1: a, 2: b }, "1": { 1: 200 - a, 2: 200 - b } }));
      kept += Number(pfa.transitions.some(({ given }) => given.caller));
    }
    expect(kept / runs).toBeLessThan(0.02);
  });
});

describe("gaps and order", () => {
  const measured = (plan: string, n: number, own: number, gaps: number[], uncertain: number[]): MeasuredWalk => ({
    ...(makeWalks({ [plan]: n })[0] as MeasuredWalk),
    own,
    stageSums: gaps.map((gap, i) => ({ gap, uncertain: uncertain[i] as number, runs: n })),
  });

  test("a state's gap is the mean share of own time before each of its runs", () => {
    const { pfa } = described([measured("0;1;1;1", 10, 1000, [200, 90, 60, 30], [0, 0, 0, 0])]);
    expect(pfa.states.map(({ gap }) => gap)).toEqual([0, 0.2, 0.06, 0]);
  });

  test("walks that share a state weigh by their own time", () => {
    const walks = [measured("0", 10, 1000, [200], [0]), measured("0;1", 30, 3000, [1200, 0], [0, 0])];
    walks.forEach((walk, id) => {
      walk.id = id;
    });
    expect(described(walks).pfa.states[1]?.gap).toBe(0.35);
  });

  test("no own time, no gap; and never more than all of it", () => {
    expect(described([measured("0", 10, 0, [200], [0])]).pfa.states[1]?.gap).toBe(0);
    expect(described([measured("0", 10, 100, [200], [0])]).pfa.states[1]?.gap).toBe(1);
  });

  test("the order is unknown where it was for most runs", () => {
    const { pfa } = described([measured("0;1", 10, 100, [0, 0], [5, 6])]);
    expect(pfa.states.map(({ order }) => order)).toEqual(["certain", "certain", "unknown", "certain"]);
  });
});

/** Walks over few calls, taken by few callers. */
const randomWalks = fc
  .dictionary(
    fc
      .array(fc.array(fc.constantFrom("0", "1", "1~", "2"), { minLength: 1, maxLength: 3 }), { maxLength: 5 })
      .map((stages) => stages.map((calls) => calls.join(" ")).join(";")),
    fc.dictionary(fc.constantFrom("-1", "4", "5"), fc.integer({ min: 1, max: 60 }), { minKeys: 1 }),
    { minKeys: 1, maxKeys: 40 },
  )
  .map((plans) => {
    // Two plans may say the same.
    const distinct = new Map(Object.entries(plans).map(([plan, callers]) => [walkText(plan), { plan, callers }]));
    return makeCallersWalks(Object.fromEntries([...distinct.values()].map(({ plan, callers }) => [plan, callers])));
  });

/** Calls of each edge in the walks themselves, an execution. */
function meanCalls(walks: readonly MeasuredWalk[]): Map<string, number> {
  const executions = walks.reduce((sum, walk) => sum + weightOf(walk), 0);
  const calls = new Map<string, number>();
  for (const walk of walks)
    for (const stage of walk.stages)
      for (const call of stage.calls) {
        const n = (weightOf(walk) * stage.repeats * call.count) / executions;
        calls.set(edgeId(call.edge), (calls.get(edgeId(call.edge)) ?? 0) + n);
      }
  return calls;
}

/** Probability that the automaton takes a walk of one caller. */
function probability(
  pfa: Pfa,
  walk: MeasuredWalk,
  symbolOf: Map<string, string>,
  path: string,
  caller: string,
): number {
  // All ways through states whose calls may be those of the walk's stages.
  const visits = visitsOf(walk.stages, symbolOf);
  let at = new Map([["start", 1]]);
  const step = (from: string) =>
    (pfa.transitions.find((row) => row.from === from && row.given.caller === caller) ??
      pfa.transitions.find((row) => row.from === from && Object.keys(row.given).length === 0))!.to;
  for (const visit of visits) {
    const next = new Map<string, number>();
    for (const [from, p] of at)
      for (const to of step(from)) {
        const state = pfa.states.find(({ id }) => id === to.state)!;
        const made = visit.stages.every((stage) =>
          stage.calls.every((call) => {
            const known = state.calls.find(
              (each) => each.edge === edgeId(call.edge) && each.asynchronous === call.asynchronous,
            );
            if (!known) return false;
            return known.count
              ? known.count.some(({ count, probability }) => count === call.count && probability > 0)
              : call.count === 1;
          }),
        );
        const runs = state.repeat ? state.repeat.some(({ count }) => count === visit.repeats) : visit.repeats === 1;
        if (made && runs) next.set(to.state, (next.get(to.state) ?? 0) + p * to.probability);
      }
    at = next;
  }
  const end = step(path).find(({ state }) => state === "finish")?.probability ?? 0;
  return (at.get(path) ?? 0) * end;
}

describe.each<[Coarsening, number | "exact" | "learned"]>([
  ["exact", "exact"],
  ["exact", 0.05],
  ["support", 0.005],
  ["similar", 0.5],
  ["exact", "learned"],
])("whatever the walks (%s symbols, threshold %s)", (coarsening, threshold) => {
  const build = (walks: MeasuredWalk[]) => {
    if (threshold === "learned") return learnPfa(walks);
    const symbolOf = coarsenStages(walks, coarsening);
    const sequences = walks.map((walk) => ({
      symbols: visitsOf(walk.stages, symbolOf).map((visit) => visit.symbol),
      n: weightOf(walk),
    }));
    const tree = prefixTree(sequences);
    const learning = { walks: walks.length, executions: 1, treeStates: 1, threshold, heldOut: null };
    return { automaton: threshold === "exact" ? tree : mergeStates(tree, threshold), symbolOf, learning };
  };

  test("the PFA is valid, rows sum to 1, and every walk that was taken can be taken again", () => {
    fc.assert(
      fc.property(randomWalks, (walks) => {
        const learned = build(walks);
        const { pfa, pathOf } = describePfa(learned, walks, edgeId, {
          caller: callerId,
          chain: (chain) => `c${chain}`,
        });
        const surroundings = { apis: new Set(["A4", "A5"]), calls: new Set(["e0", "e1", "e2"]) };
        validatePfa(JSON.parse(JSON.stringify(pfa)), surroundings, "pfa");
        for (const { to } of pfa.transitions) {
          expect(Math.abs(to.reduce((sum, each) => sum + each.probability, 0) - 1)).toBeLessThan(1e-12);
          expect(new Set(to.map(({ state }) => state)).size).toBe(to.length);
        }
        for (const { gap } of pfa.states) expect(gap >= 0 && gap <= 1).toBe(true);
        for (const walk of walks)
          for (const { caller, folds } of walk.counts) {
            const path = pathOf.get(walk.id) as string;
            if (folds[0] + folds[1] === 0) continue;
            expect(probability(pfa, walk, learned.symbolOf, path, callerId(caller))).toBeGreaterThan(0);
          }
      }),
      { numRuns: 60 },
    );
  });

  test("the expected calls of an execution are those of the walks", () => {
    fc.assert(
      fc.property(randomWalks, (walks) => {
        const { pfa } = describePfa(build(walks), walks, edgeId, { caller: callerId, chain: (chain) => `c${chain}` });
        const expected = expectedCalls(pfa);
        for (const [edge, mean] of meanCalls(walks))
          expect(Math.abs((expected.get(edge) ?? 0) - mean)).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });
});

test("a caller with rows of its own is expected to make the calls that it made", () => {
  const walks = makeCallersWalks({ "0;1": { 1: 80, 2: 10 }, "0;2": { 1: 20, 2: 90 }, "": { 1: 0, 2: 100 } });
  const { pfa } = described(walks);
  expect(expectedCalls(pfa, "A1").get("e1")).toBeCloseTo(0.8, 9);
  expect(expectedCalls(pfa, "A2").get("e0")).toBeCloseTo(0.5, 9);
  expect(expectedCalls(pfa, "A2").get("e2")).toBeCloseTo(0.45, 9);
});
