import type { CriticalSegment } from "../lib/executions/criticalPath.ts";
import { colors, serviceColor } from "./colors.ts";
import { criticalSegments } from "./criticalSegments.ts";
import { linearTicks } from "./durationTicks.ts";
import { figure } from "./figure.ts";
import { fitText } from "./fitText.ts";
import { formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import { formatShare } from "./formatShare.ts";
import { hatching } from "./hatching.ts";
import { svg } from "./svg.ts";
import type { WaterfallRow } from "./waterfallRows.ts";

export interface WaterfallOptions {
  document: Document;
  /**
   * Executions to draw; the shortest are left out, never one whose descendant is drawn. All in a page, which holds only
   * the rows in sight, else 300.
   */
  limit?: number;
  width?: number;
}

const rowHeight = 20;
/** Narrower than this the figure shrinks, and then scrolls. */
const leastWidth = 600;
const top = 26;

/**
 * Draws one trace: a bar for each execution in the colour of its service. The full extent is what the caller sees; the
 * callee's own duration is drawn darker, in its middle, as traces rarely tell how network and queueing split around it.
 * Asynchronous calls are hatched; the critical path is the line along the bars' lower edge (what it owes to executions that
 * are not drawn stands at the nearest ancestor that is).
 */
export function plotWaterfall(rows: WaterfallRow[], options: WaterfallOptions): HTMLElement {
  const { document } = options;
  const inPage = document.defaultView !== null && "IntersectionObserver" in document.defaultView;
  const { limit = inPage ? rows.length : 300 } = options;
  const width = Math.max(leastWidth, options.width ?? 960);
  const labelWidth = Math.round(Math.min(300, width * 0.36));
  const shown = longest(rows, limit);
  const origin = rows.reduce((least, row) => Math.min(least, row.start), Number.MAX_VALUE);
  const extent = rows.reduce((most, row) => Math.max(most, row.start + row.waited - origin), 1e-9);
  const plotWidth = width - labelWidth - 76;
  const x = (time: number) => labelWidth + ((time - origin) / extent) * plotWidth;
  const path = criticalSegments(rows);
  const height = top + shown.length * rowHeight + 34;
  const critical = new Map<number, CriticalSegment[]>();
  const drawn = new Set(shown);
  for (const segment of path) {
    let row = segment.row;
    while (row >= 0 && !drawn.has(row)) row = rows[row]!.parent;
    const segments = critical.get(row);
    if (segments) segments.push(segment);
    else critical.set(row, [segment]);
  }
  const services = [...new Set(rows.map((row) => row.service))];
  const serviceNumber = new Map(services.map((service, index) => [service, index]));
  const depths = depthsOf(rows);
  const grid = svg(document, "g", { "font-size": 11, fill: colors.muted, "text-anchor": "middle" });
  for (const tick of linearTicks(0, extent, 6)) {
    const at = x(origin + tick);
    grid.append(
      svg(document, "path", { d: `M${at} ${top - 6}V${height - 32}`, stroke: colors.faintest }),
      svg(document, "text", { x: at, y: top - 11 }, formatDuration(tick)),
    );
  }
  const bar = (index: number, position: number) => {
    const row = rows[index]!;
    const color = serviceColor(serviceNumber.get(row.service)!);
    const place = { y: top + position * rowHeight, depth: Math.min(depths[index]!, 14), labelWidth };
    return drawRow(document, row, { x, color, ...place, critical: critical.get(index) ?? [] });
  };
  const hidden = rows.length - shown.length;
  const rootTime = rows[0]?.waited ?? 0;
  const asynchronous = rows.filter((row) => row.asynchronous).length;
  const label = `One trace: ${formatCount(rows.length)} executions of ${services.length} services, ${formatDuration(rootTime)}, ${formatCount(asynchronous)} asynchronous; critical path through ${critical.size} executions`;
  const note = hidden > 0 ? `${formatCount(hidden)} shorter executions are not drawn` : "";
  const windowed = inPage && shown.length > atOnce;
  const whole = windowed ? shown.slice(0, atOnce) : shown;
  const bars = svg(document, "g", {}, ...whole.map(bar));
  const all = () => {
    const drawing = made.querySelector("svg")!.cloneNode(true) as SVGSVGElement;
    drawing.querySelector(".palette-rows")!.replaceChildren(...shown.map(bar));
    return drawing;
  };
  bars.setAttribute("class", "palette-rows");
  const size = { width, height, minScale: 0.7 };
  const save = { name: "trace", rows: () => rows, drawing: windowed ? all : undefined };
  const made = figure({ document, label, ...size, ...save }, grid, bars, key(document, height - 12, note));
  if (windowed) keepInSight(made.querySelector<HTMLElement>(".palette-scroll")!, bars, shown, bar);
  return made;
}

/** Rows of a long trace that are there at once. */
const atOnce = 120;

/** Draws the rows that can be seen, and takes the others away, whenever the frame is scrolled. */
function keepInSight(
  frame: HTMLElement,
  bars: SVGElement,
  shown: readonly number[],
  bar: (index: number, position: number) => SVGElement,
): void {
  let first = 0;
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", "Executions of the trace, scrollable");
  frame.addEventListener("scroll", () => {
    const drawing = frame.querySelector("svg")!;
    const scale = drawing.getBoundingClientRect().width / Number(drawing.getAttribute("width"));
    const row = Math.floor((frame.scrollTop / scale - top) / rowHeight);
    const from = Math.max(0, Math.min(shown.length - atOnce, row - Math.floor(atOnce / 4)));
    if (Math.abs(from - first) < atOnce / 8 && from !== 0 && from !== shown.length - atOnce) return;
    first = from;
    bars.replaceChildren(...shown.slice(from, from + atOnce).map((index, at) => bar(index, from + at)));
  });
}

function depthsOf(rows: WaterfallRow[]): number[] {
  const depths: number[] = [];
  for (const row of rows) depths.push(row.parent < 0 ? 0 : (depths[row.parent] ?? 0) + 1);
  return depths;
}

/** Indices of the longest rows and their ancestors, in order. */
function longest(rows: WaterfallRow[], limit: number): number[] {
  const kept = new Set<number>();
  const ranked = rows.map((_, index) => index).sort((a, b) => rows[b]!.waited - rows[a]!.waited || a - b);
  for (const candidate of ranked) {
    const chain: number[] = [];
    for (let row = candidate; row >= 0 && !kept.has(row); row = rows[row]!.parent) chain.push(row);
    if (kept.size + chain.length > limit) continue;
    for (const row of chain) kept.add(row);
  }
  return [...kept].sort((a, b) => a - b);
}

interface Place {
  x: (time: number) => number;
  y: number;
  depth: number;
  labelWidth: number;
  color: string;
  critical: CriticalSegment[];
}

function drawRow(
  document: Document,
  row: WaterfallRow,
  { x, y, depth, labelWidth, color, critical }: Place,
): SVGElement {
  const own = critical.reduce((sum, segment) => sum + segment.end - segment.start, 0);
  const title = [`${row.service} ${row.api}`, `${formatDuration(row.waited)} for the caller`];
  if (row.duration !== row.waited) title.push(`${formatDuration(row.duration)} in the callee`);
  if (row.asynchronous) title.push("asynchronous: the caller does not wait");
  if (row.error) title.push("ended in an error");
  if (own > 0) title.push(`${formatDuration(own)} on the critical path (${formatShare(own / row.waited)} of it)`);
  const [left, right] = [x(row.start), x(row.start + row.waited)];
  const width = Math.max(1.5, right - left);
  const inner = row.waited > 0 ? Math.min(1, row.duration / row.waited) * width : width;
  const indent = 8 + depth * 11;
  const bar = { y: y + 4, height: 11, rx: Math.min(2, width / 2), fill: color };
  const service = fitText(row.service, 110, 11);
  const group = svg(
    document,
    "g",
    { class: "palette-node" },
    svg(document, "title", {}, title.join("\n")),
    svg(document, "rect", {
      class: "palette-hit",
      x: 0,
      y,
      width: x(row.start) + width,
      height: rowHeight,
      "fill-opacity": 0,
    }),
    svg(document, "rect", { x: indent - 6, y: y + 6, width: 4, height: 8, rx: 1, fill: color }),
    svg(
      document,
      "text",
      { x: indent + 2, y: y + 14, "font-size": 11.5, fill: row.error ? colors.critical : "currentColor" },
      `${service} `,
      svg(
        document,
        "tspan",
        { fill: colors.muted },
        fitText(row.api, labelWidth - indent - 14 - service.length * 6.4, 11.5),
      ),
    ),
    svg(document, "rect", { x: left, ...bar, width, "fill-opacity": row.asynchronous ? 0.15 : 0.35 }),
    row.asynchronous
      ? svg(document, "path", {
          d: hatching(left, bar.y, width, bar.height, 5),
          stroke: color,
          "stroke-width": 1.2,
          fill: "none",
        })
      : svg(document, "rect", { x: left + (width - inner) / 2, ...bar, width: Math.max(1, inner) }),
    svg(
      document,
      "text",
      { x: left + width + 5, y: y + 14, "font-size": 10.5, fill: colors.muted },
      formatDuration(row.waited),
    ),
  );
  for (const segment of critical) {
    const [from, to] = [x(segment.start), Math.max(x(segment.start) + 1, x(segment.end))];
    const line = { d: `M${from} ${y + 17.5}H${to}`, stroke: colors.critical, "stroke-width": 2.5 };
    group.append(svg(document, "path", { class: "palette-critical", ...line }));
  }
  return group;
}

function key(document: Document, y: number, note: string): SVGElement {
  const color = serviceColor(0);
  const text = (x: number, content: string) => svg(document, "text", { x, y: y + 4, fill: colors.muted }, content);
  const box = { y: y - 5, height: 10, fill: color };
  return svg(
    document,
    "g",
    { class: "palette-legend", "font-size": 11 },
    svg(document, "rect", { x: 8, width: 26, "fill-opacity": 0.35, ...box }),
    svg(document, "rect", { x: 14, width: 14, ...box }),
    text(40, "network and queueing around the callee"),
    svg(document, "rect", { x: 262, width: 26, ...box, "fill-opacity": 0.15 }),
    svg(document, "path", { d: hatching(262, y - 5, 26, 10, 5), stroke: color, "stroke-width": 1.2, fill: "none" }),
    text(294, "asynchronous"),
    svg(document, "path", { d: `M386 ${y}h26`, stroke: colors.critical, "stroke-width": 2.5 }),
    text(418, "critical path"),
    text(510, note),
  );
}
