import { describe, expect, it } from "vitest";
import { differenceGraph, linkKey } from "../../cells/differenceGraph.ts";
import { plotDifference, plotRootsBeforeAfter } from "../../cells/plotDifference.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import type { Intervention } from "../../lib/interventions/operation.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";
import { injected, newDocument } from "./document.ts";
import { hostileTopology } from "./hostileTopology.ts";

const document = newDocument();
const tuned = (...interventions: Intervention[]) => applyInterventions(patternsTopology(), interventions).topology;

describe("differenceGraph", () => {
  it("marks what came, what went and what changed, and nothing else", () => {
    const after = tuned(
      { type: "removeCall", call: "concurrent>Y" },
      { type: "addService", name: "cache" },
      { type: "addApi", service: "cache", name: "get", ownTime: [5] },
      { type: "addCall", caller: "gateway repeat", callee: "cache: get", with: "s1", network: 20 },
      { type: "scaleOwnTime", api: "store X", factor: 2 },
      { type: "setCallProbability", call: "probability>X", probability: 0.7 },
    );
    const { graph, marks } = differenceGraph(patternsTopology(), after);
    expect(Object.fromEntries(marks.apis)).toEqual({
      "cache: get": "added",
      "gateway repeat": "changed",
      "gateway concurrent": "changed",
      "gateway probability": "changed",
      "store X": "changed",
    });
    expect(Object.fromEntries(marks.links)).toEqual({
      [linkKey({ caller: "gateway concurrent", callee: "store Y" })]: "removed",
      [linkKey({ caller: "gateway repeat", callee: "cache: get" })]: "added",
      [linkKey({ caller: "gateway probability", callee: "store X" })]: "changed",
    });
    expect(graph.apis).toHaveLength(after.apis.length);
    const same = differenceGraph(after, after).marks;
    expect([same.apis.size, same.links.size]).toEqual([0, 0]);
  });
});

describe("plotDifference", () => {
  it("shows marks as signs, not by colour alone", () => {
    const figure = plotDifference(patternsTopology(), tuned({ type: "removeApi", api: "store Y" }), { document });
    const names = [...figure.querySelectorAll(".palette-node text:first-of-type")].map((text) => text.textContent!);
    expect(names).toContain("− Y");
    expect(names.filter((name) => name.startsWith("≠ "))).not.toHaveLength(0);
    expect(figure.textContent).toContain("+ added, − removed, ≠ changed");
  });

  it("draws what differs and its neighbours of a large graph", () => {
    const large = tuned({ type: "upscale", copies: 8 });
    const after = applyInterventions(large, [{ type: "scaleOwnTime", api: "store X #3", factor: 3 }]).topology;
    const figure = plotDifference(large, after, { document });
    const nodes = figure.querySelectorAll(".palette-node").length;
    expect(nodes).toBeGreaterThan(1);
    expect(nodes).toBeLessThan(12);
  });

  it("draws roots before and after, where they are entry APIs", () => {
    const after = tuned({ type: "setMix", mix: [{ api: "gateway choice", weight: 1 }] });
    const figures = plotRootsBeforeAfter(patternsTopology(), after, { document, most: 2, traces: 200 });
    const labels = [...figures.querySelectorAll("svg[aria-label]")].map((svg) => svg.getAttribute("aria-label")!);
    expect(labels[0]).toMatch(/gateway choice: before .*; after /);
    expect(labels[1]).not.toContain("after");
  });

  it("keeps hostile names text", () => {
    expect(injected(plotDifference(patternsTopology(), hostileTopology(), { document }))).toEqual([]);
  });
});
