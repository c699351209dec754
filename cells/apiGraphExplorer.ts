import type { ApiGraph } from "./apiGraph.ts";
import { html } from "./html.ts";
import { aroundService } from "./narrowApiGraph.ts";
import { type ApiGraphOptions, plotApiGraph } from "./plotApiGraph.ts";

/** The explorer as an input: `value` is the id of the chosen API, and `input` tells of a change. */
export interface ApiGraphExplorer extends HTMLElement {
  value: string | null;
}

/**
 * A call graph (see plotApiGraph) with a search over services and APIs, a choice of one service (shown with what it calls
 * and what calls it), and zoom: by the buttons or the wheel with Ctrl; dragging or scrolling moves a drawing that is
 * larger than its frame. Enter in the search chooses the first API found.
 */
export function apiGraphExplorer(graph: ApiGraph, options: ApiGraphOptions): ApiGraphExplorer {
  const { document } = options;
  const search = html(document, "input", { type: "search", placeholder: "Find an API", "aria-label": "Find an API" });
  const service = html(document, "select", { "aria-label": "Service" });
  service.append(html(document, "option", { value: "" }, "all services"));
  for (const { id, name } of graph.services) service.append(html(document, "option", { value: id }, name));
  const said = html(document, "span", { role: "status" });
  const button = (label: string, name: string, act: () => void) => {
    const made = html(document, "button", { type: "button", "aria-label": name }, label);
    made.addEventListener("click", act);
    return made;
  };
  const bar = html(
    document,
    "div",
    { class: "palette-tools", role: "group", "aria-label": "Call graph tools" },
    ...[search, service],
    button("−", "Zoom out", () => zoomTo(zoom / 1.25)),
    button("+", "Zoom in", () => zoomTo(zoom * 1.25)),
    button("Fit", "Fit the width", () => zoomTo(null)),
    said,
  );
  const explorer = html(document, "div", { class: "palette-explorer" }, bar) as unknown as ApiGraphExplorer;
  let drawing = draw(graph, options.chosen);
  let zoom = 1;

  function draw(shown: ApiGraph, chosen?: string | null): ReturnType<typeof plotApiGraph> {
    const made = plotApiGraph(shown, { limit: 1000, ...options, chosen });
    const frame = made.querySelector<HTMLElement>(".palette-scroll")!;
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", "Call graph, scrollable");
    frame.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoomTo(zoom * (event.deltaY < 0 ? 1.15 : 1 / 1.15));
    });
    movable(frame);
    explorer.append(made);
    return made;
  }

  /** Shows the drawing at this scale of its own size; null fits it into the page's width. */
  function zoomTo(scale: number | null): void {
    const picture = drawing.querySelector("svg")!;
    const own = Number(picture.getAttribute("width"));
    zoom = Math.max(0.1, Math.min(4, scale ?? 1));
    const width = scale === null ? "100%" : `${Math.round(own * zoom)}px`;
    Object.assign(picture.style, { width, maxWidth: scale === null ? `${own}px` : "none", minWidth: "0" });
  }

  function find(): SVGElement[] {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const nodes = [...drawing.querySelectorAll<SVGElement>(".palette-node")];
    const found = nodes.filter((node) => {
      const name = (node.getAttribute("aria-label") ?? "").toLowerCase();
      return words.length > 0 && words.every((word) => name.includes(word));
    });
    for (const node of nodes) node.classList.toggle("palette-faded", words.length > 0 && !found.includes(node));
    said.textContent = words.length === 0 ? "" : `${found.length} found`;
    return found;
  }

  search.addEventListener("input", (event) => {
    event.stopPropagation();
    find()[0]?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const MouseEvent = document.defaultView?.MouseEvent;
    if (MouseEvent) find()[0]?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  });
  service.addEventListener("input", (event) => event.stopPropagation());
  service.addEventListener("change", () => {
    const old = drawing;
    drawing = draw(service.value === "" ? graph : aroundService(graph, service.value), old.value);
    old.remove();
    find();
  });
  Object.defineProperty(explorer, "value", {
    get: () => drawing.value,
    set(id: string | null) {
      // What was chosen in another graph, as an address may say, is no choice here.
      if (id === null || graph.apis.some((api) => api.id === id)) drawing.value = id;
    },
  });
  return explorer;
}

/** Lets the pointer drag what is larger than its frame. */
function movable(frame: HTMLElement): void {
  let from: { x: number; y: number; left: number; top: number } | undefined;
  frame.addEventListener("pointerdown", ({ clientX, clientY, button, pointerType }) => {
    if (button !== 0 || pointerType === "touch") return;
    from = { x: clientX, y: clientY, left: frame.scrollLeft, top: frame.scrollTop };
  });
  frame.addEventListener("pointermove", ({ clientX, clientY, buttons }) => {
    if (!from || buttons === 0) return;
    frame.scrollLeft = from.left - (clientX - from.x);
    frame.scrollTop = from.top - (clientY - from.y);
  });
  for (const end of ["pointerup", "pointerleave"]) frame.addEventListener(end, () => (from = undefined));
}
