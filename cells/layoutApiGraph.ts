import { Graph, layout } from "@dagrejs/dagre";
import type { ApiGraph, ApiLink, ApiNode } from "./apiGraph.ts";
import { textWidth } from "./fitText.ts";
import { type Indented, indentLocalCalls } from "./indentLocalCalls.ts";

export const rowHeight = 22;
export const headerHeight = 25;
const indentWidth = 13;

/** A service: a card with a row for each API, local callees indented below their callers. */
export interface Card {
  service: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Row {
  api: ApiNode;
  /** Left edge of the row's content, its card's edges, and the middle of its height. */
  x: number;
  left: number;
  right: number;
  y: number;
}

export interface Route {
  link: ApiLink;
  /** `tree`: an elbow to an indented row; `gutter`: an arc along the card's left side; `remote`: across the columns. */
  shape: "tree" | "gutter" | "remote";
  /** Points from caller to callee; remote routes run level within a column and bend between columns. */
  points: [number, number][];
}

export interface ApiGraphLayout {
  cards: Card[];
  rows: Map<string, Row>;
  routes: Route[];
  width: number;
  height: number;
}

/**
 * Lays out a call graph from left to right: services in layers (dagre: network simplex ranks, crossing reduction by
 * barycentres, Brandes-Köpf coordinates), the APIs of a service as rows of its card, so that cards never overlap.
 * `valueWidth` is the room (px) for a figure at the end of each row.
 */
export function layoutApiGraph(graph: ApiGraph, valueWidth: number): ApiGraphLayout {
  const serviceOf = new Map(graph.apis.map((api) => [api.id, api.service]));
  const across = graph.links.filter((link) => serviceOf.get(link.caller) !== serviceOf.get(link.callee));
  const within = graph.links.filter((link) => serviceOf.get(link.caller) === serviceOf.get(link.callee));
  const contents = new Map<string, Indented[]>();
  for (const service of graph.services) {
    const apis = graph.apis.filter((api) => api.service === service.id);
    if (apis.length > 0) contents.set(service.id, indentLocalCalls(apis, within));
  }
  const dagre = new Graph({ multigraph: true });
  dagre.setGraph({ rankdir: "LR", ranksep: 64, nodesep: 18, edgesep: 8, marginx: 8, marginy: 8 });
  dagre.setDefaultEdgeLabel(() => ({}));
  for (const service of graph.services) {
    const content = contents.get(service.id);
    if (content) dagre.setNode(service.id, cardSize(service.name, content, valueWidth));
  }
  for (const link of across) {
    const [from, to] = [serviceOf.get(link.caller)!, serviceOf.get(link.callee)!];
    const weight = Math.log2(2 + link.calls) + ((dagre.edge(from, to)?.weight as number | undefined) ?? 0);
    dagre.setEdge(from, to, { weight: Math.round(weight) });
  }
  layout(dagre);
  const cards: Card[] = [...contents.keys()].map((service) => {
    const { x, y, width, height } = dagre.node(service) as { x: number; y: number; width: number; height: number };
    return { service, x: x - width / 2, y: y - height / 2, width, height };
  });
  const cardOf = new Map(cards.map((card) => [card.service, card]));
  const rows = new Map<string, Row>();
  const place = (service: string) => {
    const card = cardOf.get(service)!;
    contents.get(service)!.forEach(({ api, depth, gutter }, index) => {
      const x = card.x + 8 + (gutter ? 10 : 0) + depth * indentWidth;
      const y = card.y + headerHeight + (index + 0.5) * rowHeight;
      rows.set(api.id, { api, x, left: card.x, right: card.x + card.width, y });
    });
  };
  for (const service of contents.keys()) place(service);
  // Two sweeps: rows stand in the order of what calls them, then of what they call.
  for (const end of ["caller", "callee"] as const) {
    const other = end === "caller" ? "callee" : "caller";
    for (const card of cards.toSorted((a, b) => (end === "caller" ? a.x - b.x : b.x - a.x))) {
      const pull = (api: ApiNode) => {
        const ys = across.filter((link) => link[other] === api.id).map((link) => rows.get(link[end])!.y);
        return ys.length > 0 ? ys.reduce((a, b) => a + b) / ys.length : undefined;
      };
      const content = contents.get(card.service)!;
      contents.set(card.service, indentLocalCalls(content.map((row) => row.api).toSorted(byName), within, pull));
      place(card.service);
    }
  }
  const columns = columnsOf(cards);
  const routes = [
    ...within.map((link) => localRoute(link, rows, contents.get(serviceOf.get(link.caller)!)!)),
    ...across.map((link) => {
      const bends = (dagre.edge(serviceOf.get(link.caller)!, serviceOf.get(link.callee)!)?.points ?? []) as Point[];
      return remoteRoute(link, rows, columns, bends);
    }),
  ];
  // Loops, since a large graph has more points than a call may have arguments.
  let [width, height] = [8, 8];
  for (const card of cards) {
    width = Math.max(width, card.x + card.width);
    height = Math.max(height, card.y + card.height);
  }
  for (const { points } of routes) {
    for (const [x, y] of points) {
      width = Math.max(width, x);
      height = Math.max(height, y + 8);
    }
  }
  return { cards, rows, routes, width: width + 8, height: height + 8 };
}

interface Point {
  x: number;
  y: number;
}

function byName(a: ApiNode, b: ApiNode): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1;
}

function cardSize(name: string, content: Indented[], valueWidth: number): { width: number; height: number } {
  const widths = content.map(
    (row) =>
      34 +
      (row.gutter ? 10 : 0) +
      row.depth * indentWidth +
      Math.min(textWidth(row.api.name.slice(0, 200), 12), 200) +
      valueWidth,
  );
  const width = Math.max(96, Math.min(240, textWidth(name.slice(0, 200), 12.5) + 20), ...widths);
  return { width: Math.round(width), height: headerHeight + content.length * rowHeight + 4 };
}

/** Cards of one rank share the middle; a column spans the widest of them. */
function columnsOf(cards: Card[]): { middle: number; left: number; right: number }[] {
  const columns = new Map<number, { middle: number; left: number; right: number }>();
  for (const card of cards) {
    const middle = Math.round(card.x + card.width / 2);
    const column = columns.get(middle) ?? { middle, left: card.x, right: card.x + card.width };
    column.left = Math.min(column.left, card.x);
    column.right = Math.max(column.right, card.x + card.width);
    columns.set(middle, column);
  }
  return [...columns.values()].sort((a, b) => a.middle - b.middle);
}

function localRoute(link: ApiLink, rows: Map<string, Row>, content: Indented[]): Route {
  const [from, to] = [rows.get(link.caller)!, rows.get(link.callee)!];
  const parent = content.find((row) => row.api.id === link.callee)?.parent;
  if (parent === link.caller) {
    return {
      link,
      shape: "tree",
      points: [
        [from.x + 5, from.y + 5],
        [from.x + 5, to.y],
        [to.x, to.y],
      ],
    };
  }
  const bulge = from.left + 2;
  const offset = from === to ? 4 : 0;
  return {
    link,
    shape: "gutter",
    points: [
      [from.x, from.y - offset],
      [bulge, (from.y + to.y) / 2],
      [to.x, to.y + offset],
    ],
  };
}

function remoteRoute(
  link: ApiLink,
  rows: Map<string, Row>,
  columns: { middle: number; left: number; right: number }[],
  bends: Point[],
): Route {
  const [from, to] = [rows.get(link.caller)!, rows.get(link.callee)!];
  const forward = from.left < to.left;
  const start: [number, number] = forward ? [from.right, from.y] : [from.left, from.y];
  const end: [number, number] = forward ? [to.left, to.y] : [to.right, to.y];
  const points = [start];
  const home = columns.findIndex((column) => column.left <= from.left && from.right <= column.right);
  const target = columns.findIndex((column) => column.left <= to.left && to.right <= column.right);
  const step = forward ? 1 : -1;
  const cross = (column: { left: number; right: number }, y: number, ends: ("in" | "out")[]) => {
    const [first, last] = forward ? [column.left, column.right] : [column.right, column.left];
    if (ends.includes("in")) points.push([first, y]);
    if (ends.includes("out")) points.push([last, y]);
  };
  cross(columns[home]!, start[1], ["out"]);
  for (let index = home + step; index !== target && columns[index]; index += step) {
    const column = columns[index]!;
    const bend = bends.toSorted((a, b) => Math.abs(a.x - column.middle) - Math.abs(b.x - column.middle))[0];
    cross(column, bend?.y ?? (start[1] + end[1]) / 2, ["in", "out"]);
  }
  cross(columns[target]!, end[1], ["in"]);
  points.push(end);
  return { link, shape: "remote", points };
}
