import { describe, expect, it } from "vitest";
import { equationLines } from "../../cells/equationLines.ts";
import { gcmGraph } from "../../cells/gcmGraph.ts";
import { plotGcm } from "../../cells/plotGcm.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";
import { hostile, injected, newDocument } from "./document.ts";
import { hostileTopology } from "./hostileTopology.ts";

const document = newDocument();

describe("gcmGraph", () => {
  it("draws a call's nodes as one box between path and latency", () => {
    const { boxes, arrows, lambda } = gcmGraph(figure1Topology(), "a A");
    expect(boxes.map((box) => [box.id, box.kind])).toEqual([
      ["call:e1", "call"],
      ["latency", "latency"],
      ["path", "path"],
      ["own_time", "own_time"],
    ]);
    expect(boxes[0]).toMatchObject({ title: "b B", facts: ["1 an execution", "network median 100 µs, P99 120 µs"] });
    expect(arrows).toEqual([
      { from: "own_time", to: "latency" },
      { from: "call:e1", to: "latency" },
      { from: "path", to: "own_time" },
      { from: "path", to: "call:e1" },
    ]);
    expect(lambda).toEqual([{ name: "b B", value: 1, fitted: 1 }]);
  });

  it("adds what lies outside: the caller, exogenous nodes, and a call that no node describes", () => {
    const topology = figure1Topology();
    topology.exogenous.push({ id: "load", kind: "exogenous", parents: [], unit: "count" });
    topology.apis[1]!.gcm.nodes[3]!.parents.push("load", "queue");
    topology.apis[0]!.gcm.nodes[0]!.parents = ["own_time", "call:e1"];
    const boxes = new Map(gcmGraph(topology, "b B").boxes.map((box) => [box.id, box.kind]));
    expect(boxes.get("load")).toBe("exogenous");
    expect(boxes.get("queue")).toBe("context");
    expect(gcmGraph(topology, "a A").arrows).toContainEqual({ from: "call:e1", to: "latency" });
  });

  it("gathers the rarest calls", () => {
    const topology = figure1Topology();
    for (let i = 0; i < 40; i++) topology.edges.push({ ...topology.edges[0]!, id: `x${i}`, calls: i });
    const { boxes } = gcmGraph(topology, "a A", 5);
    expect(boxes.filter((box) => box.kind === "call")).toHaveLength(5);
    expect(boxes.some((box) => box.title === "37 more calls")).toBe(true);
  });
});

describe("equationLines", () => {
  it("sets names in italics and keeps the text", () => {
    const pieces = equationLines("latency = own_time + L(s1)", 80)[0]!;
    expect(pieces.filter((piece) => piece.italic).map((piece) => piece.text)).toEqual(["latency", "own time", "L"]);
    expect(pieces.map((piece) => piece.text).join("")).toBe("latency = own time + L(s1)");
  });

  it("breaks long sums, and cuts very long equations with a count", () => {
    const sum = `latency = ${Array.from({ length: 30 }, (_, i) => `0.1·latency[api ${i}]`).join(" + ")}`;
    const lines = equationLines(sum, 60).map((line) => line.map((piece) => piece.text).join(""));
    expect(lines.length).toBeGreaterThan(8);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(90);
    expect(lines.map((line) => line.trim()).join(" ")).toBe(sum);
    const cut = equationLines(Array.from({ length: 100 }, () => "L = 0").join("\n"), 60, 10);
    expect(cut).toHaveLength(10);
    expect(cut.at(-1)![0]!.text).toBe("… 91 more lines");
  });
});

describe("plotGcm", () => {
  it("draws boxes, arrows and the equation", () => {
    const figure = plotGcm(figure1Topology(), "a A", { document });
    expect(figure.querySelectorAll(".palette-node")).toHaveLength(4);
    expect(figure.querySelectorAll(".palette-link")).toHaveLength(4);
    expect(figure.querySelector(".palette-equation")!.textContent).toBe(
      "latency = own time + λ·(B + network)λ = 1, fitted 1  b Bb B",
    );
    for (const api of patternsTopology().apis) {
      expect(plotGcm(patternsTopology(), api.id, { document }).innerHTML).not.toMatch(/NaN|undefined/);
    }
  });

  it("marks a λ that is far from what the equation uses", () => {
    const topology = figure1Topology();
    const warning = "the structure may be wrong";
    topology.apis[0]!.gcm.lambda[0]!.fitted = 1.2;
    expect(plotGcm(topology, "a A", { document }).textContent).not.toContain(warning);
    topology.apis[0]!.gcm.lambda[0]!.fitted = 0.6;
    expect(plotGcm(topology, "a A", { document }).textContent).toContain(warning);
    topology.apis[0]!.gcm.lambda[0]!.fitted = null;
    expect(plotGcm(topology, "a A", { document }).textContent).toContain("fitted –");
  });

  it("shows hostile names as text", () => {
    const figure = plotGcm(hostileTopology(), hostile.markup, { document });
    expect(injected(figure)).toEqual([]);
    expect(figure.querySelectorAll(".palette-node")).toHaveLength(4);
  });
});
