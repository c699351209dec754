import { Graph, layout } from "@dagrejs/dagre";
import type { Context, Topology } from "../lib/topology/topology.ts";
import { colors } from "./colors.ts";
import { figure } from "./figure.ts";
import { fitText, textWidth } from "./fitText.ts";
import { formatCount } from "./formatCount.ts";
import { formatCounts } from "./formatCounts.ts";
import { formatShare } from "./formatShare.ts";
import { type PfaCallLine, type PfaGraph, type PfaNode, pfaGraph } from "./pfaGraph.ts";
import { arrowHead, smoothPath } from "./smoothPath.ts";
import { svg } from "./svg.ts";

export interface PfaOptions {
  document: Document;
  /** The context whose transitions are drawn, such as `{ caller: "a A" }`; by default that of any other context. */
  given?: Context;
  /** States drawn one by one; the less visited ones become a single node. */
  limit?: number;
  direction?: "down" | "right";
}

const headHeight = 20;
const lineHeight = 18;
const callWidth = 190;

/**
 * Draws an API's PFA: from a dot (start) to a ringed dot (finish), one card for each state with the calls it makes at
 * once, their probabilities, counts and whether the caller waits; arrows carry transition probabilities below 1 and
 * are as wide as the share of executions that take them. A dashed card marks an order that timestamps could not tell.
 */
export function plotPfa(topology: Topology, apiId: string, options: PfaOptions): HTMLElement {
  const { document, given = {}, limit = 40, direction = "down" } = options;
  const graph = pfaGraph(topology, apiId, given, limit);
  const dagre = layoutPfa(graph, direction);
  const lines = svg(document, "g", { class: "palette-links" });
  const labels = svg(document, "g", { "font-size": 11, "text-anchor": "middle" });
  const visits = new Map(graph.states.map((state) => [state.id, state.visits]));
  for (const { from, to, probability } of graph.transitions) {
    const route = dagre.edge(from, to) as { points: Point[]; x?: number; y?: number };
    const { x, y } = route;
    const points = from === to ? loopAround(dagre.node(from) as Box, { x: x!, y: y! }) : route.points;
    const width = 0.9 + 2.6 * Math.min(1, (visits.get(from) ?? 0) * probability);
    lines.append(
      svg(
        document,
        "g",
        { class: "palette-link" },
        svg(document, "title", {}, `${from} → ${to}: ${formatShare(probability)}`),
        svg(document, "path", {
          ...{ class: "palette-line", d: smoothPath(points), fill: "none", stroke: colors.remote },
          ...{ "stroke-width": width, "stroke-opacity": 0.75 },
        }),
        svg(document, "path", { d: arrowHead(points, 7 + width), fill: colors.remote }),
      ),
    );
    if (probability < 1 && x !== undefined && y !== undefined) {
      const halo = {
        stroke: colors.background,
        "stroke-width": 4,
        "paint-order": "stroke",
        "stroke-linejoin": "round",
      };
      labels.append(svg(document, "text", { x, y: y + 4, fill: colors.foreground, ...halo }, formatShare(probability)));
    }
  }
  const nodes = svg(document, "g", { class: "palette-nodes" });
  for (const state of graph.states) {
    const { x, y, width, height } = dagre.node(state.id) as Box;
    nodes.append(drawState(document, state, { x: x - width / 2, y: y - height / 2, width, height }));
  }
  const { width = 0, height = 0 } = dagre.graph() as { width?: number; height?: number };
  const note = noteOn(graph, given);
  const caption = svg(document, "text", { x: 8, y: height + 16, "font-size": 11, fill: colors.muted }, note);
  const label = `Automaton of ${apiId}: ${formatCount(graph.states.length)} states. ${note}`;
  const full = Math.max(width, textWidth(note, 11) + 16, 240);
  const save = { name: `automaton of ${apiId}`, rows: () => graph.transitions };
  return figure({ document, label, width: full, height: height + 26, ...save }, lines, labels, nodes, caption);
}

interface Point {
  x: number;
  y: number;
}

interface Box extends Point {
  width: number;
  height: number;
}

/** A transition from a state to itself goes around its label, to the right of the state or below it. */
function loopAround({ x, y, width, height }: Box, label: Point): Point[] {
  const ends = [-1, 1].map((side) =>
    label.x > x + width / 2 ? { x: x + width / 2, y: y + side * 8 } : { x: x - side * 12, y: y + height / 2 },
  );
  const far =
    label.x > x + width / 2
      ? { dx: label.x - x - width / 2 + 10, dy: 0 }
      : { dx: 0, dy: label.y - y - height / 2 + 10 };
  const [first, last] = ends as [Point, Point];
  const outer = ends.map((end) => ({ x: end.x + far.dx, y: end.y + far.dy }));
  return [first, ...outer, last];
}

function layoutPfa(graph: PfaGraph, direction: "down" | "right"): Graph {
  const dagre = new Graph();
  const rankdir = direction === "down" ? "TB" : "LR";
  dagre.setGraph({ rankdir, ranksep: 26, nodesep: 26, edgesep: 14, marginx: 10, marginy: 10 });
  for (const state of graph.states) dagre.setNode(state.id, sizeOf(state));
  for (const { from, to, probability } of graph.transitions) {
    const label = probability < 1 ? { width: textWidth(formatShare(probability), 11) + 8, height: 16 } : {};
    dagre.setEdge(from, to, { ...label, labelpos: "c", weight: 1 + Math.round(probability * 4) });
  }
  layout(dagre);
  return dagre;
}

function sizeOf(state: PfaNode): { width: number; height: number } {
  if (state.kind === "start" || state.kind === "finish") return { width: 22, height: 22 };
  const lines = state.calls.map(
    (call) => Math.min(textWidth(nameOf(call), 12), callWidth) + textWidth(factsOf(call), 11) + 40,
  );
  const width = Math.max(90, textWidth(headOf(state), 11) + 20, ...lines);
  return {
    width: Math.round(width),
    height: headHeight + state.calls.length * lineHeight + (state.calls.length ? 6 : 2),
  };
}

function nameOf(call: PfaCallLine): string {
  return call.service ? `${call.service} ${call.name}` : call.name;
}

function factsOf(call: PfaCallLine): string {
  const facts = [];
  if (call.probability < 1) facts.push(formatShare(call.probability));
  if (call.count) facts.push(formatCounts(call.count));
  if (call.asynchronous) facts.push("async");
  return facts.join(", ");
}

function headOf(state: PfaNode): string {
  const facts = [fitText(state.id, 240, 11)];
  if (state.calls.length > 1) facts.push("at once");
  if (state.repeat) facts.push(`repeats ${formatCounts(state.repeat)}`);
  if (state.unknownOrder) facts.push("order unknown");
  return facts.join(" · ");
}

function drawState(document: Document, state: PfaNode, box: Box): SVGElement {
  const { x, y, width, height } = box;
  const visits = `${Number(state.visits.toPrecision(3))} visits an execution`;
  const title = [`${headOf(state)}: ${visits}`, ...state.calls.map((call) => `${nameOf(call)} ${factsOf(call)}`)];
  const group = svg(document, "g", { class: "palette-node" }, svg(document, "title", {}, title.join("\n")));
  const [cx, cy] = [x + width / 2, y + height / 2];
  if (state.kind === "start" || state.kind === "finish") {
    const ring = { cx, cy, r: 10, fill: colors.background, stroke: colors.foreground, "stroke-width": 1.5 };
    if (state.kind === "finish") group.append(svg(document, "circle", ring));
    group.append(svg(document, "circle", { cx, cy, r: state.kind === "finish" ? 6 : 8, fill: colors.foreground }));
    return group;
  }
  group.append(
    svg(document, "rect", {
      ...{ x, y, width, height, rx: 6, fill: colors.background, stroke: colors.foreground },
      ...{ "stroke-opacity": 0.3 + 0.6 * Math.min(1, state.visits) },
      "stroke-dasharray": state.unknownOrder || state.kind === "more" ? "4 3" : undefined,
    }),
    svg(document, "text", { x: x + 10, y: y + 14, "font-size": 11, fill: colors.muted }, headOf(state)),
  );
  state.calls.forEach((call, index) => {
    const line = y + headHeight + (index + 0.5) * lineHeight;
    const facts = factsOf(call);
    const room = width - textWidth(facts, 11) - 36;
    group.append(
      svg(document, "path", {
        ...{ d: `M${x + 10} ${line}h9m-3 -3l3 3l-3 3`, fill: "none", stroke: colors.remote, "stroke-width": 1.4 },
        "stroke-dasharray": call.asynchronous ? "2 2" : undefined,
      }),
      svg(document, "text", { x: x + 24, y: line + 4 }, fitText(nameOf(call), room, 12)),
      svg(
        document,
        "text",
        { x: x + width - 9, y: line + 4, "text-anchor": "end", "font-size": 11, fill: colors.muted },
        facts,
      ),
    );
  });
  return group;
}

function noteOn(graph: PfaGraph, given: Context): string {
  const context = Object.entries(given).map(([name, value]) => `${name} = ${fitText(value, 200, 11)}`);
  if (context.length > 0) return `Given ${context.join(", ")}.`;
  const count = graph.contexts.length;
  return count > 0
    ? `Any other context; ${count === 1 ? "1 context has transitions of its own" : `${count} contexts have transitions of their own`}.`
    : "";
}
