import { expect, test } from "vitest";
import { equation, latencyOf } from "../../lib/gcm/equation.ts";
import type { Pfa, PfaCall, PfaState } from "../../lib/topology/topology.ts";

const learning = { walks: 1, executions: 1, treeStates: 1, threshold: "exact" as const, heldOut: null };

function state(id: string, calls: PfaCall[] = [], more: Partial<PfaState> = {}): PfaState {
  return { id, calls, gap: 0, order: "certain", ...more };
}

function call(edge: string, more: Partial<PfaCall> = {}): PfaCall {
  return { edge, probability: 1, asynchronous: false, ...more };
}

function pfa(states: PfaState[], to: Record<string, Record<string, number>>): Pfa {
  return {
    states: [state("start"), ...states, state("finish")],
    transitions: Object.entries(to).map(([from, targets]) => ({
      from,
      given: {},
      visits: 1,
      to: Object.entries(targets).map(([target, probability]) => ({ state: target, probability })),
    })),
    learning,
  };
}

const lines = (of: Pfa, lambda: Record<string, number> = {}) =>
  equation(
    of,
    Object.entries(lambda).map(([edge, value]) => ({ edge, value, fitted: null })),
    (edge) => `latency[${edge}]`,
  ).split("\n");

test("an API without calls is its own time", () => {
  expect(lines(pfa([], { start: { finish: 1 } }))).toEqual(["latency = own_time + L(start)", "L(start) = 0"]);
});

test("Sequential: stages follow each other by +", () => {
  const of = pfa([state("s1", [call("B")]), state("s2", [call("C")])], {
    start: { s1: 1 },
    s1: { s2: 1 },
    s2: { finish: 1 },
  });
  expect(lines(of).slice(1)).toEqual(["L(start) = L(s1)", "L(s1) = latency[B] + L(s2)", "L(s2) = latency[C]"]);
});

test("Concurrent: the calls of a stage are a max; several copies and asynchronous calls say so or stay out", () => {
  const calls = [
    call("B"),
    call("C", {
      count: [
        { count: 2, probability: 0.5 },
        { count: 4, probability: 0.5 },
      ],
    }),
    call("D", { asynchronous: true }),
  ];
  expect(lines(pfa([state("s1", calls)], { start: { s1: 1 }, s1: { finish: 1 } }))[2]).toBe(
    "L(s1) = max(latency[B], max of 3 latency[C])",
  );
});

test("Probability and λ are factors of a call, repeats of a stage", () => {
  const repeat = [
    { count: 1, probability: 0.5 },
    { count: 2, probability: 0.5 },
  ];
  const of = pfa([state("s1", [call("B", { probability: 0.25 })], { repeat })], {
    start: { s1: 1 },
    s1: { finish: 1 },
  });
  expect(lines(of, { B: 0.5 })[2]).toBe("L(s1) = 1.5×0.25·0.5·latency[B]");
});

test("Choice: ways on are weighted by their probabilities, finishing adds nothing", () => {
  const of = pfa([state("s1", [call("B")]), state("s2", [call("C")])], {
    start: { s1: 0.3, s2: 0.5, finish: 0.2 },
    s1: { finish: 1 },
    s2: { s1: 0.125, finish: 0.875 },
  });
  expect(lines(of).slice(1)).toEqual([
    "L(start) = 0.3·L(s1) + 0.5·L(s2)",
    "L(s1) = latency[B]",
    "L(s2) = latency[C] + 0.125·L(s1)",
  ]);
});

test("rows of a context are left out: the equation holds for any", () => {
  const of = pfa([state("s1", [call("B")])], { start: { s1: 1 }, s1: { finish: 1 } });
  of.transitions.unshift({
    from: "start",
    given: { caller: "X" },
    visits: 1,
    to: [{ state: "finish", probability: 1 }],
  });
  expect(lines(of)).toHaveLength(3);
});

test("an edge's latency is named by its callee", () => {
  expect(latencyOf({ id: "e1", caller: "A: a", callee: "B: b", kind: "remote", calls: 1, asynchronous: 0 })).toBe(
    "latency[B: b]",
  );
});
