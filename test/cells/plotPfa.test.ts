import { describe, expect, it } from "vitest";
import { pfaGraph } from "../../cells/pfaGraph.ts";
import { plotPfa } from "../../cells/plotPfa.ts";
import type { PfaTransition, Topology } from "../../lib/topology/topology.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";
import { hostile, injected, newDocument } from "./document.ts";
import { hostileTopology } from "./hostileTopology.ts";

const document = newDocument();

/** An automaton with a loop: start → s1 (again with 0.5, or finish), and another way for the caller x. */
function looping(): Topology {
  const topology = figure1Topology();
  const row = (from: string, given: PfaTransition["given"], to: Record<string, number>): PfaTransition => ({
    ...{ from, given, visits: 10 },
    to: Object.entries(to).map(([state, probability]) => ({ state, probability })),
  });
  topology.apis[0]!.pfa.transitions = [
    row("start", { caller: "x" }, { finish: 1 }),
    row("start", {}, { s1: 1 }),
    row("s1", { caller: "x", path: "p" }, { s1: 0.25, finish: 0.75 }),
    row("s1", { caller: "x" }, { s1: 0.9, finish: 0.1 }),
    row("s1", {}, { s1: 0.5, finish: 0.5 }),
  ];
  return topology;
}

describe("pfaGraph", () => {
  it("counts expected visits, also around a loop", () => {
    const visits = Object.fromEntries(pfaGraph(looping(), "a A").states.map((state) => [state.id, state.visits]));
    expect(visits.start).toBe(1);
    expect(visits.s1).toBeCloseTo(2, 6);
    expect(visits.finish).toBeCloseTo(1, 6);
  });

  it("uses the row with the most values that agree with the context", () => {
    const probability = (given: Record<string, string>) =>
      pfaGraph(looping(), "a A", given).transitions.find((step) => step.from === "s1" && step.to === "s1")?.probability;
    expect(probability({})).toBe(0.5);
    expect(probability({ caller: "y" })).toBe(0.5);
    expect(probability({ caller: "x" })).toBe(0.9);
    expect(probability({ caller: "x", path: "p" })).toBe(0.25);
    expect(pfaGraph(looping(), "a A").contexts).toEqual([{ caller: "x" }, { caller: "x", path: "p" }]);
  });

  it("weighs rows by visits where none fits", () => {
    const topology = looping();
    const [first] = topology.apis[0]!.pfa.transitions;
    topology.apis[0]!.pfa.transitions = [
      { ...first!, given: { caller: "x" }, visits: 30, to: [{ state: "finish", probability: 1 }] },
      { ...first!, given: { caller: "y" }, visits: 10, to: [{ state: "s1", probability: 1 }] },
    ];
    expect(pfaGraph(topology, "a A").transitions).toEqual([
      { from: "start", to: "finish", probability: 0.75 },
      { from: "start", to: "s1", probability: 0.25 },
    ]);
  });

  it("gathers the least visited states so that probabilities still sum to 1", () => {
    const topology = figure1Topology();
    const { pfa } = topology.apis[0]!;
    const names = Array.from({ length: 50 }, (_, i) => `w${i}`);
    const state = pfa.states[1]!;
    pfa.states = [pfa.states[0]!, ...names.map((id) => ({ ...state, id })), pfa.states[2]!];
    const share = (i: number) => (i + 1) / 1275;
    pfa.transitions = [
      { from: "start", given: {}, visits: 1, to: names.map((id, i) => ({ state: id, probability: share(i) })) },
      ...names.map((from) => ({ from, given: {}, visits: 1, to: [{ state: "finish", probability: 1 }] })),
    ];
    const graph = pfaGraph(topology, "a A", {}, 10);
    expect(graph.states).toHaveLength(13);
    const more = graph.states.at(-1)!;
    expect(more).toMatchObject({ kind: "more", members: 40, id: "40 more states" });
    for (const { id } of graph.states.filter((one) => one.kind !== "finish")) {
      const leaving = graph.transitions.filter((step) => step.from === id);
      expect(leaving.reduce((sum, step) => sum + step.probability, 0)).toBeCloseTo(1, 9);
    }
  });

  it("names an API that it does not know", () => {
    expect(() => pfaGraph(figure1Topology(), "x")).toThrow("unknown API: x");
  });
});

describe("plotPfa", () => {
  it("draws states with their calls, counts, repeats and what is not waited for", () => {
    const topology = patternsTopology();
    const texts = (api: string) =>
      [...plotPfa(topology, `gateway ${api}`, { document }).querySelectorAll("text")].map((text) => text.textContent);
    expect(texts("concurrent")).toEqual(expect.arrayContaining(["s1 · at once", "store X", "store Y"]));
    expect(texts("asynchronous")).toContain("async");
    expect(texts("repeat")).toContain("s1 · repeats ×1–3, mean 2.6");
    expect(texts("probability")).toContain("40 %");
    expect(texts("choice")).toEqual(expect.arrayContaining(["30 %", "70 %"]));
    topology.apis[0]!.pfa.states[1]!.order = "unknown";
    const unknown = plotPfa(topology, "gateway sequential", { document });
    expect(unknown.textContent).toContain("order unknown");
    expect(unknown.querySelectorAll("rect[stroke-dasharray]")).toHaveLength(1);
  });

  it("draws every state and transition apart, also loops and a single state", () => {
    for (const [topology, api] of [
      [looping(), "a A"],
      [figure1Topology(), "b B"],
    ] as const) {
      const graph = pfaGraph(topology, api);
      const figure = plotPfa(topology, api, { document });
      expect(figure.querySelectorAll(".palette-node")).toHaveLength(graph.states.length);
      expect(figure.querySelectorAll(".palette-link")).toHaveLength(graph.transitions.length);
      expect(figure.innerHTML).not.toMatch(/NaN|undefined/);
    }
  });

  it("says which context it shows", () => {
    expect(plotPfa(looping(), "a A", { document }).textContent).toContain("2 contexts have transitions of their own");
    expect(plotPfa(looping(), "a A", { document, given: { caller: "x" } }).textContent).toContain("Given caller = x.");
  });

  it("shows hostile names as text", () => {
    const figure = plotPfa(hostileTopology(), hostile.markup, { document, given: { caller: hostile.markup } });
    expect(injected(figure)).toEqual([]);
    expect(figure.querySelector(".palette-node title + rect")!.parentElement!.textContent).toContain(hostile.markup);
  });
});
