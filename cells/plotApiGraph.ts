import type { ApiGraph, ApiLink, ApiNode } from "./apiGraph.ts";
import { apiGraphLegend } from "./apiGraphLegend.ts";
import { colors } from "./colors.ts";
import { type GraphMarks, linkKey, type Mark } from "./differenceGraph.ts";
import { figure } from "./figure.ts";
import { fitText } from "./fitText.ts";
import { formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import { formatShare } from "./formatShare.ts";
import { layoutApiGraph, type Route, type Row, rowHeight } from "./layoutApiGraph.ts";
import { focusOn, mostExecuted, servicesOnly } from "./narrowApiGraph.ts";
import { type OwnTimeShade, ownTimeShade } from "./ownTimeShade.ts";
import { svg } from "./svg.ts";

export interface ApiGraphOptions {
  document: Document;
  /** Id of the API to look at: only what is within `hops` calls of it is drawn. */
  focus?: string | null;
  hops?: number;
  /** `services` draws one node for each service. */
  detail?: "apis" | "services";
  /** What shades a node: its mean own time, or its share of all own time. */
  shade?: "own time" | "share";
  /** The most executed APIs to draw, where there are more. */
  limit?: number;
  /** Id of the API that is chosen at first. */
  chosen?: string | null;
  /** What became of APIs and links, for a graph of differences. */
  marks?: GraphMarks;
}

const valueWidth = 62;

const markColors = { added: colors.gcm, removed: colors.heat, changed: colors.warning };
const markSigns = { added: "+", removed: "−", changed: "≠" };

/**
 * Draws a call graph: a card for each service, a row for each API, shaded by own time; edges as wide as their calls,
 * dashed where the caller does not wait, local ones as indentation within the card. Clicking a row (or Enter on it)
 * chooses it: it is marked, the figure's `value` becomes the API's id, and `input` is fired. Setting `value` marks as well,
 * so that another input can be bound to the figure.
 */
export function plotApiGraph(graph: ApiGraph, options: ApiGraphOptions): HTMLElement & { value: string | null } {
  const { document, focus, hops = 2, detail = "apis", shade = "own time", limit = 250, chosen, marks } = options;
  const near = focus ? focusOn(graph, focus, hops) : graph;
  const shown = signed(mostExecuted(detail === "services" ? servicesOnly(near) : near, limit), marks);
  const plan = layoutApiGraph(shown, valueWidth);
  const heat = ownTimeShade(shown.apis, shade);
  const width = Math.max(plan.width, 560);
  const lines = svg(document, "g", { class: "palette-links" });
  const busiest = Math.max(1, ...shown.links.map((link) => link.calls));
  const names = new Map(shown.apis.map((api) => [api.id, fullName(shown, api)]));
  for (const route of plan.routes)
    lines.append(drawRoute(document, route, busiest, names, marks?.links.get(linkKey(route.link))));
  const nodes = svg(document, "g", { class: "palette-nodes" });
  const cards = svg(document, "g", { class: "palette-cards" });
  const serviceNames = new Map(shown.services.map((service) => [service.id, service.name]));
  for (const card of plan.cards) {
    const name = serviceNames.get(card.service)!;
    cards.append(
      svg(
        document,
        "g",
        { class: "palette-card" },
        svg(document, "title", {}, name),
        svg(document, "rect", {
          ...{ x: card.x, y: card.y, width: card.width, height: card.height, rx: 5 },
          ...{ fill: colors.background, stroke: colors.faint },
        }),
        svg(
          document,
          "text",
          { x: card.x + 9, y: card.y + 17, "font-weight": 650, "font-size": 12.5 },
          fitText(name, card.width - 16, 13.2),
        ),
      ),
    );
  }
  const element = figure(
    {
      document,
      label: describe(graph, shown, focus ?? null, hops),
      width,
      height: plan.height + 34,
      minScale: 0.8,
      name: "call graph",
      rows: () => shown.links,
    },
    cards,
    lines,
    nodes,
    apiGraphLegend(
      document,
      plan.height + 20,
      heat,
      marks ? "+ added, − removed, ≠ changed" : noteOn(graph, shown, focus ?? null, hops, detail),
    ),
  ) as HTMLElement & { value: string | null };
  const drawn = new Map<string, SVGElement>();
  for (const row of plan.rows.values()) {
    const mark = marks?.apis.get(row.api.id);
    const node = drawRow(document, row, heat, names.get(row.api.id)!, row.api.id === focus, mark);
    drawn.set(row.api.id, node);
    nodes.append(node);
    const choose = () => {
      element.value = row.api.id;
      const Event = document.defaultView?.Event;
      if (Event) element.dispatchEvent(new Event("input", { bubbles: true }));
    };
    node.addEventListener("click", choose);
    node.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Enter") choose();
    });
    const light = (on: boolean) => {
      element.classList.toggle("palette-dim", on);
      lines.querySelectorAll("g").forEach((line, index) => {
        const { caller, callee } = plan.routes[index]!.link;
        line.classList.toggle("palette-lit", on && (caller === row.api.id || callee === row.api.id));
      });
    };
    node.addEventListener("mouseenter", () => light(true));
    node.addEventListener("mouseleave", () => light(false));
  }
  let value: string | null = null;
  Object.defineProperty(element, "value", {
    get: () => value,
    set(id: string | null) {
      value = id;
      for (const [api, node] of drawn) node.setAttribute("aria-pressed", String(api === id));
    },
  });
  element.value = chosen ?? focus ?? null;
  return element;
}

/** Names with what became of them. */
function signed(graph: ApiGraph, marks: GraphMarks | undefined): ApiGraph {
  if (marks === undefined) return graph;
  const named = (api: ApiNode): ApiNode => {
    const mark = marks.apis.get(api.id);
    return mark ? { ...api, name: `${markSigns[mark]} ${api.name}` } : api;
  };
  return { ...graph, apis: graph.apis.map(named) };
}

function drawRow(
  document: Document,
  row: Row,
  heat: OwnTimeShade,
  name: string,
  focused: boolean,
  mark?: Mark,
): SVGElement {
  const { api, x, left, right, y } = row;
  const value = heat.text(api);
  const title = [name, `${formatCount(api.executions)} executions`, `mean own time ${formatDuration(api.ownTime)}`];
  if (api.entry) title.push("starts traces");
  if (mark) title.push(mark);
  const lit = mark ? markColors[mark] : focused ? colors.gcm : undefined;
  return svg(
    document,
    "g",
    { class: "palette-node", tabindex: 0, role: "button", "aria-label": title.join(", ") },
    svg(document, "title", {}, title.join("\n")),
    svg(document, "rect", {
      ...{
        class: "palette-hit",
        x: left + 2,
        y: y - rowHeight / 2 + 1,
        width: right - left - 4,
        height: rowHeight - 2,
      },
      ...{ rx: 3, fill: lit ?? "currentColor", "fill-opacity": lit ? 0.18 : 0 },
    }),
    api.entry ? svg(document, "path", { d: `M${left - 9} ${y - 5}l8 5l-8 5z`, fill: colors.foreground }) : undefined,
    svg(document, "rect", {
      ...{ x, y: y - 5, width: 10, height: 10, rx: 2, stroke: colors.heat, "stroke-opacity": 0.7, "stroke-width": 0.8 },
      ...{ fill: colors.background },
    }),
    svg(document, "rect", {
      ...{ x, y: y - 5, width: 10, height: 10, rx: 2, fill: colors.heat, "fill-opacity": heat.opacity(api) },
    }),
    svg(
      document,
      "text",
      { x: x + 16, y: y + 4, "text-decoration": mark === "removed" ? "line-through" : undefined },
      fitText(api.name, right - x - 16 - valueWidth, 12),
    ),
    svg(document, "text", { x: right - 8, y: y + 4, "text-anchor": "end", "font-size": 11, fill: colors.muted }, value),
  );
}

function drawRoute(
  document: Document,
  route: Route,
  busiest: number,
  names: Map<string, string>,
  mark?: Mark,
): SVGElement {
  const { link, points } = route;
  const width = lineWidth(link.calls, busiest) * (route.shape === "remote" ? 1 : 0.7);
  const color = mark ? markColors[mark] : route.shape === "remote" ? colors.remote : colors.muted;
  const title = [
    `${names.get(link.caller)} → ${names.get(link.callee)}`,
    `${formatCount(link.calls)} calls, ${link.kind}`,
  ];
  if (mark) title.push(mark);
  if (link.asynchronous > 0) title.push(`${formatShare(link.asynchronous)} asynchronous`);
  if (link.operations.length > 0) title.push(`as ${link.operations.slice(0, 5).join(", ")}`);
  const [end, before] = [points.at(-1)!, points.at(-2)!];
  const direction = end[0] >= before[0] ? 1 : -1;
  const head = 5 + width * 0.9;
  const d = pathOf(route, head * direction);
  const arrow = `M${end[0]} ${end[1]}l${-head * direction} ${-head * 0.5}v${head}z`;
  return svg(
    document,
    "g",
    { class: "palette-link" },
    svg(document, "title", {}, title.join("\n")),
    svg(document, "path", { d, fill: "none", stroke: "transparent", "stroke-width": 9 }),
    svg(document, "path", {
      ...{ class: "palette-line", d, fill: "none", stroke: color, "stroke-width": width, "stroke-opacity": 0.62 },
      "stroke-dasharray": link.asynchronous >= 0.5 ? `${3 + width} ${2 + width}` : undefined,
    }),
    svg(document, "path", { d: arrow, fill: color, "fill-opacity": 0.85 }),
  );
}

function lineWidth(calls: number, busiest: number): number {
  return 0.9 + 4.6 * Math.sqrt(calls / busiest);
}

/** The line stops short of its end by the arrow's head. */
function pathOf(route: Route, head: number): string {
  const points = route.points.map(([x, y]) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10] as const);
  const [x, y] = points.at(-1)!;
  if (route.shape === "tree") return `M${points[0]}L${points[1]![0]} ${y - 5}q0 5 5 5H${x - head}`;
  if (route.shape === "gutter")
    return `M${points[0]}C${points[1]![0]} ${points[0]![1]} ${points[1]![0]} ${y} ${x - head} ${y}`;
  let d = `M${points[0]}`;
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1]!, points[index]!];
    const stop = index === points.length - 1 ? [x - head, y] : to;
    const middle = (from[0] + to[0]) / 2;
    d +=
      from[1] === to[1] ? `L${stop[0]} ${stop[1]}` : `C${middle} ${from[1]} ${middle} ${to[1]} ${stop[0]} ${stop[1]}`;
  }
  return d;
}

function noteOn(graph: ApiGraph, shown: ApiGraph, focus: string | null, hops: number, detail: string): string {
  if (detail === "services" || shown.apis.length === graph.apis.length) return "";
  const what = `${formatCount(shown.apis.length)} of ${formatCount(graph.apis.length)} APIs`;
  return focus ? `${what}: ${hops} hop${hops === 1 ? "" : "s"}` : `${what}: the most executed`;
}

function describe(graph: ApiGraph, shown: ApiGraph, focus: string | null, hops: number): string {
  const api = graph.apis.find((candidate) => candidate.id === focus);
  const about = api ? `, within ${hops} hops of ${fullName(graph, api)}` : "";
  const calls = shown.links.reduce((sum, link: ApiLink) => sum + link.calls, 0);
  return `Call graph: ${shown.apis.length} APIs of ${shown.services.length} services${about}, ${formatCount(calls)} calls on ${shown.links.length} edges`;
}

function fullName(graph: ApiGraph, api: ApiNode): string {
  return `${graph.services.find((service) => service.id === api.service)?.name ?? api.service} ${api.name}`;
}
