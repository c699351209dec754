import { describe, expect, it } from "vitest";
import { apiGraph } from "../../cells/apiGraph.ts";
import { apiGraphExplorer } from "../../cells/apiGraphExplorer.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { newDocument } from "./document.ts";
import { hostileTopology } from "./hostileTopology.ts";
import { layeredGraph } from "./layeredGraph.ts";

const document = newDocument();
const { Event, KeyboardEvent } = document.defaultView!;
const nodes = (explorer: Element) => [...explorer.querySelectorAll(".palette-node")];

function type(explorer: Element, text: string): HTMLInputElement {
  const search = explorer.querySelector("input")!;
  search.value = text;
  search.dispatchEvent(new Event("input", { bubbles: true }));
  return search;
}

describe("apiGraphExplorer", () => {
  it("draws hundreds of APIs, and finds one by words of its service and name", () => {
    const explorer = apiGraphExplorer(layeredGraph(300, 100), { document });
    expect(nodes(explorer)).toHaveLength(300);
    const search = type(explorer, "service 42 resource/142");
    expect(nodes(explorer).filter((node) => !node.classList.contains("palette-faded"))).toHaveLength(1);
    expect(explorer.querySelector("[role=status]")!.textContent).toBe("1 found");
    const chosen: (string | null)[] = [];
    explorer.addEventListener("input", () => chosen.push(explorer.value));
    search.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    expect(chosen).toEqual(["api142"]);
  });

  it("shows one service with its callers and callees, and keeps what was chosen", () => {
    const explorer = apiGraphExplorer(apiGraph(figure1Topology()), { document, chosen: "b B" });
    const select = explorer.querySelector("select")!;
    select.value = "a";
    select.dispatchEvent(new Event("change"));
    expect(nodes(explorer).map((node) => node.getAttribute("aria-label")!.split(",")[0])).toEqual(["a A", "b B"]);
    expect(explorer.value).toBe("b B");
  });

  it("keeps its choice where it is given one that the graph does not have", () => {
    const explorer = apiGraphExplorer(apiGraph(figure1Topology()), { document, chosen: "b B" });
    explorer.value = "another graph's";
    expect(explorer.value).toBe("b B");
    explorer.value = null;
    expect(explorer.value).toBeNull();
  });

  it("zooms by its buttons, and fits again", () => {
    const explorer = apiGraphExplorer(apiGraph(figure1Topology()), { document });
    const width = () => explorer.querySelector("svg")!.style.width;
    const press = (name: string) => explorer.querySelector<HTMLElement>(`[aria-label="${name}"]`)!.click();
    const own = Number(explorer.querySelector("svg")!.getAttribute("width"));
    press("Zoom in");
    expect(width()).toBe(`${Math.round(own * 1.25)}px`);
    press("Fit the width");
    expect(width()).toBe("100%");
  });

  it("shows hostile names of services as text", () => {
    const explorer = apiGraphExplorer(apiGraph(hostileTopology()), { document });
    expect(explorer.querySelectorAll("img, script, b, iframe")).toHaveLength(0);
  });
});
