import { describe, expect, it } from "vitest";
import { apiGraph } from "../../cells/apiGraph.ts";
import { plotApiGraph } from "../../cells/plotApiGraph.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { hostile, injected, newDocument } from "./document.ts";
import { hostileTopology } from "./hostileTopology.ts";
import { randomGraph } from "./randomGraph.ts";

const document = newDocument();

describe("plotApiGraph", () => {
  it("draws every service, API and call of Figure 1", () => {
    const figure = plotApiGraph(apiGraph(figure1Topology()), { document });
    expect(figure.querySelectorAll(".palette-card")).toHaveLength(3);
    expect([...figure.querySelectorAll(".palette-node text:first-of-type")].map((text) => text.textContent)).toEqual([
      "A",
      "B",
      "C",
    ]);
    const links = [...figure.querySelectorAll(".palette-link title")].map((title) => title.textContent);
    expect(links[0]).toBe("a A → b B\n1,000 calls, remote\nas GET /b");
    const widths = [...figure.querySelectorAll(".palette-line")].map((line) =>
      Number(line.getAttribute("stroke-width")),
    );
    expect(widths[1]).toBeGreaterThan(widths[0]!);
    expect(figure.querySelector("svg")!.getAttribute("aria-label")).toContain("3 APIs of 3 services");
  });

  it("dashes what callers do not wait for", () => {
    const topology = figure1Topology();
    topology.edges[0]!.asynchronous = 1;
    const figure = plotApiGraph(apiGraph(topology), { document });
    const dashes = [...figure.querySelectorAll(".palette-line")].map((line) => line.hasAttribute("stroke-dasharray"));
    expect(dashes).toEqual([true, false]);
  });

  it("shades by share of all own time as well", () => {
    const figure = plotApiGraph(apiGraph(figure1Topology()), { document, shade: "share" });
    // b B: 10,000 × 9,230 µs of 10,000 × 9,230 + 9,000 × 300 + 1,000 × 200 µs.
    expect(figure.textContent).toContain("97 %");
  });

  it("marks the API that is its value, whoever sets it", () => {
    const graph = apiGraph(figure1Topology());
    const figure = plotApiGraph(graph, { document, chosen: "b B" });
    const marked = () =>
      [...figure.querySelectorAll('.palette-node[aria-pressed="true"]')].map((node) => node.getAttribute("aria-label"));
    expect([figure.value, marked().length, marked()[0]]).toEqual(["b B", 1, expect.stringMatching(/^b B,/i)]);
    figure.value = "a A";
    expect(marked()).toEqual([expect.stringMatching(/^a A,/i)]);
    figure.value = "not drawn";
    expect(marked()).toEqual([]);
  });

  it("drills down: a click sets the value and fires input", () => {
    const figure = plotApiGraph(apiGraph(figure1Topology()), { document });
    const chosen: (string | null)[] = [];
    figure.addEventListener("input", () => chosen.push(figure.value));
    const nodes = figure.querySelectorAll(".palette-node");
    const { MouseEvent, KeyboardEvent } = document.defaultView!;
    nodes[1]!.dispatchEvent(new MouseEvent("click"));
    nodes[2]!.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    nodes[0]!.dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
    expect(chosen).toEqual(["b B", "c C"]);
    const near = plotApiGraph(apiGraph(figure1Topology()), { document, focus: "a A", hops: 1 });
    expect(near.querySelectorAll(".palette-node")).toHaveLength(2);
    expect(near.textContent).toContain("2 of 3 APIs: 1 hop");
  });

  it("draws services alone, and no more APIs than asked for", () => {
    const graph = randomGraph(5, 20, 250, 60);
    expect(plotApiGraph(graph, { document, detail: "services" }).querySelectorAll(".palette-node")).toHaveLength(20);
    const few = plotApiGraph(graph, { document, limit: 30 });
    expect(few.querySelectorAll(".palette-node")).toHaveLength(30);
    expect(few.textContent).toContain("30 of 250 APIs: the most executed");
  });

  it("shows hostile names as text, in full in titles", () => {
    const figure = plotApiGraph(apiGraph(hostileTopology()), { document });
    expect(injected(figure)).toEqual([]);
    const titles = [...figure.querySelectorAll("title")].map((title) => title.textContent).join("\n");
    expect(titles).toContain(hostile.markup);
    expect(titles).toContain(hostile.quotes);
    expect(titles).toContain("third␀␇␛[31m");
    expect(titles).not.toContain("\u202e");
    const { DOMParser, XMLSerializer } = document.defaultView!;
    const file = new XMLSerializer().serializeToString(figure.querySelector("svg")!);
    const xml = new DOMParser().parseFromString(file, "image/svg+xml");
    expect(xml.documentElement.localName).toBe("svg");
  });
});
