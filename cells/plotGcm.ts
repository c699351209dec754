import { Graph, layout } from "@dagrejs/dagre";
import type { Topology } from "../lib/topology/topology.ts";
import { colors } from "./colors.ts";
import { equationLines } from "./equationLines.ts";
import { figure } from "./figure.ts";
import { fitText, textWidth } from "./fitText.ts";
import { type GcmBox, type GcmGraph, gcmGraph } from "./gcmGraph.ts";
import { arrowHead, smoothPath } from "./smoothPath.ts";
import { svg } from "./svg.ts";

export interface GcmOptions {
  document: Document;
  /** Calls that have a box of their own; the rarer ones share one. */
  limit?: number;
  /** λ that deviate from what the equation uses by more than this factor are marked. */
  tolerance?: number;
}

const titleWidth = 230;
const lineHeight = 15;
const equationSize = 14;

/**
 * Draws an API's causal model: arrows from causes to effects, contexts and exogenous nodes dashed, calls as boxes that
 * hold what belongs to their edge, and beneath the latency equation with the λ of each call, as used and as fitted.
 */
export function plotGcm(topology: Topology, apiId: string, options: GcmOptions): HTMLElement {
  const { document, limit = 24, tolerance = 0.25 } = options;
  const graph = gcmGraph(topology, apiId, limit);
  const dagre = layoutGcm(graph);
  const lines = svg(document, "g", { class: "palette-links" });
  for (const { from, to } of graph.arrows) {
    const points = dagre.edge(from, to).points as { x: number; y: number }[];
    const line = { d: smoothPath(points), fill: "none", stroke: colors.muted, "stroke-width": 1.3 };
    lines.append(
      svg(
        document,
        "g",
        { class: "palette-link" },
        svg(document, "title", {}, `${from} → ${to}`),
        svg(document, "path", { class: "palette-line", ...line }),
        svg(document, "path", { d: arrowHead(points, 8), fill: colors.muted }),
      ),
    );
  }
  const nodes = svg(document, "g", { class: "palette-nodes" });
  for (const box of graph.boxes) nodes.append(drawBox(document, box, dagre.node(box.id) as Place));
  const size = dagre.graph() as { width?: number; height?: number };
  const width = Math.max(size.width ?? 0, 640);
  const text = equationText(document, topology, apiId, graph, { y: (size.height ?? 0) + 22, width, tolerance });
  const label = `Causal model of ${apiId}: ${graph.boxes.map((box) => box.title).join(", ")}`;
  const save = { name: `causal model of ${apiId}`, rows: () => graph.boxes };
  const height = (size.height ?? 0) + 22 + text.height;
  return figure({ document, label, width, height, ...save }, lines, nodes, text.element);
}

interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

function layoutGcm(graph: GcmGraph): Graph {
  const dagre = new Graph();
  dagre.setGraph({ rankdir: "LR", ranksep: 46, nodesep: 14, edgesep: 10, marginx: 10, marginy: 10 });
  for (const box of graph.boxes) {
    const facts = Math.max(0, ...box.facts.map((fact) => textWidth(fact, 11)));
    const width = Math.max(64, facts + 22, Math.min(textWidth(box.title, 12), titleWidth) + 22);
    dagre.setNode(box.id, { width: Math.round(width), height: 26 + box.facts.length * lineHeight });
  }
  for (const { from, to } of graph.arrows) dagre.setEdge(from, to, {});
  layout(dagre);
  return dagre;
}

function drawBox(document: Document, box: GcmBox, place: Place): SVGElement {
  const [x, y] = [place.x - place.width / 2, place.y - place.height / 2];
  const color = colorOf(box.kind);
  const outside = ["context", "factor", "scenario", "regime", "load", "dimension", "exogenous"].includes(box.kind);
  const round = box.kind === "call" ? 5 : Math.min(13, place.height / 2);
  const lines = box.facts.map((fact, index) =>
    svg(
      document,
      "text",
      {
        x: place.x,
        y: y + 17 + (index + 1) * lineHeight,
        "text-anchor": "middle",
        "font-size": 11,
        fill: colors.muted,
      },
      fact,
    ),
  );
  const rect = { x, y, width: place.width, height: place.height, rx: round };
  return svg(
    document,
    "g",
    { class: "palette-node" },
    svg(document, "title", {}, [box.title, box.kind, ...box.facts, box.asynchronous ? "asynchronous" : ""].join("\n")),
    svg(document, "rect", { ...rect, fill: colors.background }),
    svg(document, "rect", {
      ...{
        ...rect,
        fill: color,
        "fill-opacity": box.kind === "latency" ? 0.18 : 0.07,
        stroke: color,
        "stroke-width": 1.3,
      },
      "stroke-dasharray": outside ? "4 3" : box.asynchronous ? "2 3" : undefined,
    }),
    svg(
      document,
      "text",
      { x: place.x, y: y + 17, "text-anchor": "middle", "font-weight": box.kind === "latency" ? 650 : 500 },
      fitText(box.title, Math.min(place.width - 16, titleWidth + 4), 12),
    ),
    ...lines,
  );
}

function colorOf(kind: string): string {
  if (kind === "latency") return colors.gcm;
  if (kind === "own_time") return colors.heat;
  if (kind === "call") return colors.remote;
  if (kind === "path") return colors.warning;
  return colors.muted;
}

function equationText(
  document: Document,
  topology: Topology,
  apiId: string,
  graph: GcmGraph,
  { y, width, tolerance }: { y: number; width: number; tolerance: number },
): { element: SVGElement; height: number } {
  const api = topology.apis.find((candidate) => candidate.id === apiId)!;
  const element = svg(document, "g", { class: "palette-equation" });
  const serif = { "font-family": "var(--serif, ui-serif, serif)", "font-size": equationSize };
  let line = y;
  for (const pieces of equationLines(api.gcm.equation, Math.floor((width - 24) / (equationSize * 0.48)))) {
    const spans = pieces.map((piece) =>
      svg(document, "tspan", { "font-style": piece.italic ? "italic" : undefined }, piece.text),
    );
    element.append(svg(document, "text", { x: 12, y: line, "xml:space": "preserve", ...serif }, ...spans));
    line += 20;
  }
  for (const { name, value, fitted } of graph.lambda.slice(0, 30)) {
    const off = fitted !== null && Math.abs(fitted - value) > tolerance * Math.max(value, 1e-9);
    const said = `λ = ${number(value)}, fitted ${fitted === null ? "–" : number(fitted)}`;
    const warning = off ? " — far from what the equation uses: the structure may be wrong" : "";
    element.append(
      svg(
        document,
        "text",
        { x: 12, y: line, "font-size": 12, fill: off ? colors.warning : colors.muted },
        `${said}  ${fitText(name, 260, 12)}${warning}`,
        svg(document, "title", {}, name),
      ),
    );
    line += 17;
  }
  return { element, height: line - y };
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
