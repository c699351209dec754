import * as Plot from "@observablehq/plot";
import { colors, serviceColor } from "./colors.ts";
import { fitText, textWidth } from "./fitText.ts";
import { formatDuration } from "./formatDuration.ts";
import { formatShare } from "./formatShare.ts";
import { plotStyle } from "./plotStyle.ts";
import { savable } from "./savable.ts";
import type { SelfTime } from "./selfTimeByService.ts";
import { setAttributes, svg } from "./svg.ts";

export interface SelfTimeOptions {
  document: Document;
  width?: number;
  /** Services to draw, those with the most time; the others share one bar. */
  limit?: number;
}

const rowHeight = 30;

/** Plots own time by service: a bar for each, in pieces for its APIs, with its share of the own time of all. */
export function plotSelfTime(rows: readonly SelfTime[], options: SelfTimeOptions): HTMLElement {
  const { document, limit = 20 } = options;
  const width = Math.max(320, options.width ?? 720);
  const services = [...new Set(rows.map((row) => row.service))];
  const shown = services.length > limit ? services.slice(0, limit - 1) : services;
  const rest = services.length - shown.length;
  const names = rest > 0 ? [...shown, `${rest} more services`] : shown;
  const pieces = stack(rows, services, names.length);
  const totals = names.map((_, bar) => pieces.filter((piece) => piece.bar === bar));
  const longest = Math.max(0, ...names.map((name) => textWidth(name, 12)));
  const labelWidth = Math.ceil(Math.min(180, width * 0.3, longest + 5));
  const most = Math.max(1e-9, ...pieces.map((piece) => piece.to));
  const plot = Plot.plot({
    document,
    width,
    height: rowHeight * Math.max(1, names.length) + 16,
    ...{ marginTop: 8, marginBottom: 8, marginLeft: labelWidth + 10, marginRight: 132 },
    style: plotStyle,
    x: { domain: [0, most], axis: null },
    y: { type: "band", domain: names.map((_, bar) => bar), axis: null, padding: 0.3 },
    marks: [
      Plot.rectX(pieces, {
        ...{ x1: "from", x2: "to", y: "bar", fill: (piece: Piece) => serviceColor(piece.bar), fillOpacity: "opacity" },
        ...{ stroke: colors.background, strokeWidth: 1, title: "title" },
      }),
      Plot.text(names, {
        ...{ y: (_, bar) => bar, frameAnchor: "left", textAnchor: "end", dx: -10, fontSize: 12, title: (name) => name },
        text: (name: string) => fitText(name, labelWidth - 4, 12),
      }),
      Plot.text(totals, {
        ...{ x: (bar: Piece[]) => bar.at(-1)?.to ?? 0, y: (_, bar) => bar, textAnchor: "start", dx: 7, fontSize: 12 },
        text: (bar: Piece[]) => said(bar),
      }),
    ],
  }) as SVGSVGElement;
  const label = `Own time of ${services.length} services: ${names.map((name, bar) => `${name} ${said(totals[bar]!)}`).join("; ")}`;
  if (rows.length === 0) plot.append(svg(document, "text", { x: 8, y: 20, fill: "currentColor" }, "no executions"));
  setAttributes(plot, { role: "img", "aria-label": label });
  return savable(plot, { document, name: "own time by service", rows: () => rows });
}

interface Piece {
  bar: number;
  from: number;
  to: number;
  share: number;
  opacity: number;
  title: string;
}

/** APIs side by side within their service's bar, the first the darkest. */
function stack(rows: readonly SelfTime[], services: string[], bars: number): Piece[] {
  const ends = new Float64Array(bars);
  const counts = new Int32Array(bars);
  return rows.map(({ service, api, time, share }) => {
    const bar = Math.min(services.indexOf(service), bars - 1);
    const from = ends[bar]!;
    ends[bar] = from + time;
    const opacity = Math.max(0.35, 0.95 - 0.15 * counts[bar]!++);
    const title = `${service} ${api}\n${formatDuration(time)}, ${formatShare(share)} of all own time`;
    return { bar, from, to: from + time, share, opacity, title };
  });
}

function said(bar: Piece[]): string {
  const share = bar.reduce((sum, piece) => sum + piece.share, 0);
  return `${formatDuration(bar.at(-1)?.to ?? 0)}, ${formatShare(share)}`;
}
