import { type AlignedCall, alignTraces } from "./alignTraces.ts";
import { colors, serviceColor } from "./colors.ts";
import { criticalSegments } from "./criticalSegments.ts";
import { linearTicks } from "./durationTicks.ts";
import { figure } from "./figure.ts";
import { fitText } from "./fitText.ts";
import { formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import { svg } from "./svg.ts";
import type { WaterfallRow } from "./waterfallRows.ts";

export interface TraceComparisonOptions {
  document: Document;
  /** What the two traces are called. */
  names?: [string, string];
  /** Calls to draw: those whose times differ most, and what is above them. */
  limit?: number;
  width?: number;
}

const rowHeight = 19;
const top = 44;

/**
 * Draws two traces side by side, aligned by their call structure (see alignTraces) and over one scale of time from the
 * start of each: a row is a call, in the colour of its service; the line along a bar is its part of the critical path; at
 * the right is how much longer the second trace waits for it. A call that one trace lacks has an outline there.
 */
export function plotTraceComparison(
  a: WaterfallRow[],
  b: WaterfallRow[],
  { document, names = ["A", "B"], limit = 400, width: asked = 960 }: TraceComparisonOptions,
): HTMLElement {
  const width = Math.max(640, asked);
  const all = alignTraces(a, b);
  const shown = mostDifferent(all, a, b, limit);
  const extent = Math.max(1e-9, ...[a, b].map((rows) => extentOf(rows)));
  const labelWidth = Math.round(Math.min(280, width * 0.3));
  const differenceWidth = 92;
  const panel = (width - labelWidth - differenceWidth - 24) / 2;
  const height = top + shown.length * rowHeight + 22;
  const services = [...new Set([...a, ...b].map(({ service }) => service))];
  const color = (service: string) => serviceColor(services.indexOf(service));
  const sides = [
    { rows: a, name: names[0], left: labelWidth },
    { rows: b, name: names[1], left: labelWidth + panel + 12 },
  ].map((side) => ({ ...side, origin: originOf(side.rows), critical: byRow(side.rows) }));

  const grid = svg(document, "g", { "font-size": 11, fill: colors.muted, "text-anchor": "middle" });
  for (const { rows, name, left } of sides) {
    const total = formatDuration(rows[0]?.waited ?? 0);
    const head = { x: left, y: 13, "text-anchor": "start", "font-weight": 650, fill: colors.foreground };
    grid.append(
      svg(document, "text", head, fitText(`${name}: ${total}, ${formatCount(rows.length)} executions`, panel, 11)),
    );
    for (const tick of linearTicks(0, extent, 3)) {
      const x = left + (tick / extent) * panel;
      grid.append(
        svg(document, "path", { d: `M${x} ${top - 8}V${height - 20}`, stroke: colors.faintest }),
        svg(document, "text", { x, y: top - 13 }, formatDuration(tick)),
      );
    }
  }
  const head = { x: width - 8, y: 13, "text-anchor": "end", "font-weight": 650, fill: colors.foreground };
  grid.append(svg(document, "text", head, "difference"));

  const bars = shown.map(({ a: inA, b: inB, depth }, position) => {
    const y = top + position * rowHeight;
    const row = inA === null ? b[inB!]! : a[inA]!;
    const difference = inA !== null && inB !== null ? b[inB]!.waited - a[inA]!.waited : null;
    const only = difference === null ? `only in ${inA === null ? names[1] : names[0]}` : "";
    const group = svg(document, "g", { class: "palette-node" });
    const told = [`${row.service} ${row.api}`];
    for (const [i, { rows, left, origin, name, critical }] of sides.entries()) {
      const index = [inA, inB][i] ?? null;
      if (index === null) {
        const start = left + ((row.start - sides[1 - i]!.origin) / extent) * panel;
        const missing = { x: start, y: y + 4, width: Math.max(2, (row.waited / extent) * panel), height: 10, rx: 2 };
        const dashed = { fill: "none", stroke: colors.muted, "stroke-dasharray": "2 3", "stroke-opacity": 0.7 };
        group.append(svg(document, "rect", { ...missing, ...dashed }));
        continue;
      }
      const { start, waited, asynchronous } = rows[index]!;
      told.push(`${name}: ${formatDuration(waited)} from ${formatDuration(start - origin)}`);
      const x = left + ((start - origin) / extent) * panel;
      const box = { x, y: y + 4, width: Math.max(1.5, (waited / extent) * panel), height: 10, rx: 2 };
      group.append(
        svg(document, "rect", { ...box, fill: color(row.service), "fill-opacity": asynchronous ? 0.3 : 0.8 }),
      );
      for (const segment of critical.get(index) ?? []) {
        const [from, to] = [segment.start, segment.end].map((time) => left + ((time - origin) / extent) * panel);
        const line = {
          d: `M${from} ${y + 16}H${Math.max(from! + 1, to!)}`,
          stroke: colors.critical,
          "stroke-width": 2.2,
        };
        group.append(svg(document, "path", { class: "palette-critical", ...line }));
      }
    }
    const indent = 8 + Math.min(14, depth) * 10;
    const service = fitText(row.service, 100, 11);
    const rest = labelWidth - indent - 16 - service.length * 6.4;
    const api = svg(document, "tspan", { fill: colors.muted }, fitText(row.api, rest, 11));
    const far = difference !== null && Math.abs(difference) > 0.1 * extent;
    group.append(
      svg(document, "title", {}, [...told, only].filter(Boolean).join("\n")),
      svg(document, "rect", { x: indent - 6, y: y + 5, width: 4, height: 8, rx: 1, fill: color(row.service) }),
      svg(document, "text", { x: indent + 2, y: y + 13, "font-size": 11 }, `${service} `, api),
      svg(
        document,
        "text",
        {
          ...{ x: width - 8, y: y + 13, "font-size": 11, "text-anchor": "end", "font-weight": far ? 650 : 400 },
          fill: difference === null ? colors.warning : far ? colors.critical : colors.muted,
        },
        difference === null ? fitText(only, differenceWidth, 11) : signed(difference),
      ),
    );
    return group;
  });
  const hidden = all.length - shown.length;
  const note = hidden > 0 ? `${formatCount(hidden)} calls that differ less are not drawn` : "";
  const foot = svg(document, "text", { x: 8, y: height - 5, "font-size": 11, fill: colors.muted }, note);
  const label = `Two traces side by side: ${names[0]} ${formatDuration(a[0]?.waited ?? 0)}, ${names[1]} ${formatDuration(b[0]?.waited ?? 0)}; ${formatCount(all.length)} calls aligned`;
  const rows = () => all.map((call) => described(call, a, b));
  return figure({ document, label, width, height, minScale: 0.7, name: "two traces", rows }, grid, ...bars, foot);
}

/** A difference with its sign, as people say it. */
export function signed(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${formatDuration(Math.abs(difference))}`;
}

function described({ a: inA, b: inB, depth }: AlignedCall, a: WaterfallRow[], b: WaterfallRow[]): object {
  const { service, api } = inA === null ? b[inB!]! : a[inA]!;
  const waited = (rows: WaterfallRow[], row: number | null) => (row === null ? null : rows[row]!.waited);
  return { service, api, depth, waited_a: waited(a, inA), waited_b: waited(b, inB) };
}

/** The calls whose times differ most, those that one trace lacks by all of their time, and the calls above them. */
function mostDifferent(all: AlignedCall[], a: WaterfallRow[], b: WaterfallRow[], limit: number): AlignedCall[] {
  if (all.length <= limit) return all;
  const weight = ({ a: inA, b: inB }: AlignedCall) =>
    Math.abs((inB === null ? 0 : b[inB]!.waited) - (inA === null ? 0 : a[inA]!.waited));
  const above: number[] = [];
  const parents = all.map(({ depth }, index) => {
    above[depth] = index;
    return depth > 0 ? above[depth - 1]! : -1;
  });
  const kept = new Set<number>();
  for (const candidate of all.map((_, index) => index).sort((x, y) => weight(all[y]!) - weight(all[x]!) || x - y)) {
    const chain: number[] = [];
    for (let index = candidate; index >= 0 && !kept.has(index); index = parents[index]!) chain.push(index);
    if (kept.size + chain.length <= limit) for (const index of chain) kept.add(index);
  }
  return all.filter((_, index) => kept.has(index));
}

function byRow(rows: WaterfallRow[]): Map<number, { start: number; end: number }[]> {
  const found = new Map<number, { start: number; end: number }[]>();
  for (const { row, start, end } of criticalSegments(rows)) {
    const list = found.get(row);
    if (list) list.push({ start, end });
    else found.set(row, [{ start, end }]);
  }
  return found;
}

function originOf(rows: readonly WaterfallRow[]): number {
  return rows.reduce((least, { start }) => Math.min(least, start), rows[0]?.start ?? 0);
}

function extentOf(rows: readonly WaterfallRow[]): number {
  const origin = originOf(rows);
  return rows.reduce((most, { start, waited }) => Math.max(most, start + waited - origin), 0);
}
