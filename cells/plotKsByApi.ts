import * as Plot from "@observablehq/plot";
import { colors } from "./colors.ts";
import { type ComparisonOrder, type ComparisonRow, orderComparison } from "./comparison.ts";
import { fitText } from "./fitText.ts";
import { formatCount } from "./formatCount.ts";
import { plotStyle } from "./plotStyle.ts";
import { savable } from "./savable.ts";
import { setAttributes, svg } from "./svg.ts";

export interface KsByApiOptions {
  document: Document;
  order?: ComparisonOrder;
  limit?: number;
  width?: number;
}

/**
 * Plots the KS distance to the held-out original for each API, on a square-root axis: the noise floor as a tick, the GCM
 * as a disc, simple statistics as a ring.
 */
export function plotKsByApi(rows: ComparisonRow[], options: KsByApiOptions): HTMLElement {
  const { document, order = "n", limit = 40, width = 720 } = options;
  const shown = orderComparison(rows, order, limit);
  const labelWidth = Math.round(Math.min(250, width * 0.35));
  const named = shown.map((row, y) => ({
    ...{ y, row, floor: row.floor.ks, gcm: row.gcm.ks, simple: row.simple.ks },
    name: `${row.service} ${row.api}`,
    title: `${row.service} ${row.api}\nn ${formatCount(row.n)}\nnoise floor ${row.floor.ks.toFixed(3)}\nGCM ${row.gcm.ks.toFixed(3)}\nsimple statistics ${row.simple.ks.toFixed(3)}`,
  }));
  const most = Math.max(0.2, ...named.flatMap((row) => [row.floor, row.gcm, row.simple]));
  const labels = width < 600 ? [0, 0.03, 0.2, 0.5, 1] : [0, 0.01, 0.03, 0.1, 0.2, 0.4, 0.6, 0.8, 1];
  const ticks = labels.filter((tick) => tick <= most);
  const plot = Plot.plot({
    document,
    width,
    height: 76 + 20 * Math.max(1, shown.length),
    marginTop: 40,
    marginLeft: labelWidth + 60,
    marginRight: 20,
    marginBottom: 34,
    style: plotStyle,
    x: {
      type: "sqrt",
      domain: [0, most],
      label: null,
    },
    y: { type: "band", domain: named.map((row) => row.y), axis: null, padding: 0.2 },
    marks: [
      Plot.gridX(ticks, { stroke: colors.faintest, strokeOpacity: 1 }),
      Plot.axisX(ticks, {
        text: String,
        label: "KS distance to the held-out original",
      }),
      Plot.ruleY(named, { y: "y", stroke: colors.faintest }),
      Plot.ruleY(named, { y: "y", x1: "floor", x2: "gcm", stroke: colors.gcm, strokeOpacity: 0.5 }),
      Plot.tickX(named, { x: "floor", y: "y", stroke: colors.floor, strokeWidth: 2.5, title: "title" }),
      Plot.dot(named, { x: "simple", y: "y", r: 4, stroke: colors.simple, strokeWidth: 1.6, title: "title" }),
      Plot.dot(named, { x: "gcm", y: "y", r: 4, fill: colors.gcm, title: "title" }),
      Plot.text(named, {
        ...{ y: "y", frameAnchor: "left", dx: -62, textAnchor: "end", title: "title", fontSize: 11.5 },
        text: (row: { name: string }) => fitText(row.name, labelWidth - 8, 11.5),
      }),
      Plot.text(named, {
        ...{ y: "y", frameAnchor: "left", dx: -10, textAnchor: "end", fill: colors.muted },
        text: (row: { row: ComparisonRow }) => formatCount(row.row.n),
      }),
      () => key(document, labelWidth + 60, width),
    ],
  }) as SVGSVGElement;
  const label = `KS distance for ${shown.length} of ${rows.length} APIs: noise floor, GCM and simple statistics`;
  setAttributes(plot, { role: "img", "aria-label": label });
  const data = () =>
    rows.map(({ service, api, n, floor, simple, gcm }) => ({
      service,
      api,
      n,
      floor: floor.ks,
      simple: simple.ks,
      gcm: gcm.ks,
    }));
  return savable(plot, { document, name: "KS distance by API", rows: data });
}

/** Legend above the plot, and the heading of the counts. */
function key(document: Document, plotLeft: number, width: number): SVGElement {
  const left = Math.min(plotLeft, width - 270);
  const text = (x: number, content: string, anchor = "start") =>
    svg(document, "text", { x, y: 10, "text-anchor": anchor, fill: "currentColor" }, content);
  return svg(
    document,
    "g",
    { "font-size": 11, stroke: "none", class: "palette-legend" },
    svg(document, "text", { x: plotLeft - 10, y: 32, "text-anchor": "end", fill: colors.muted }, "n"),
    svg(document, "path", { d: `M${left + 4} -1v14`, stroke: colors.floor, "stroke-width": 2.5 }),
    text(left + 12, "noise floor"),
    svg(document, "circle", { cx: left + 96, cy: 6, r: 4, fill: colors.gcm }),
    text(left + 106, "GCM"),
    svg(document, "circle", { cx: left + 156, cy: 6, r: 4, fill: "none", stroke: colors.simple, "stroke-width": 1.6 }),
    text(left + 166, "simple statistics"),
  );
}
