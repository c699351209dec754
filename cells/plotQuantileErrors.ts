import * as Plot from "@observablehq/plot";
import { colors } from "./colors.ts";
import { type ComparisonOrder, type ComparisonRow, orderComparison } from "./comparison.ts";
import { fitText } from "./fitText.ts";
import { plotStyle } from "./plotStyle.ts";
import { savable } from "./savable.ts";
import { setAttributes, svg } from "./svg.ts";

export interface QuantileErrorsOptions {
  document: Document;
  order?: ComparisonOrder;
  limit?: number;
  width?: number;
}

const levels = ["p50", "p95", "p99"] as const;

/** Errors that a panel as wide as its first entry (CSS pixels) has room to name. */
const ticksByWidth = [
  [330, [-0.9, -0.5, -0.1, 0.1, 1, 9]],
  [190, [-0.5, -0.1, 0.1, 1]],
  [0, [-0.5, 1]],
] as const;
const most = Math.log(20);

/**
 * Plots relative errors of generated P50, P95 and P99 for each API, one panel for each quantile. The axis is the
 * logarithm of generated / original, so that twice as much and half as much are equally far from right, and itself
 * logarithmic beyond ± 10 % (shaded); errors beyond −95 % and +1900 % stand at the edge, with their value in the title.
 * An error that does not exist, because the original is 0, has no dot.
 */
export function plotQuantileErrors(rows: ComparisonRow[], options: QuantileErrorsOptions): HTMLElement {
  const { document, order = "n", limit = 30, width = 880 } = options;
  const shown = orderComparison(rows, order, limit);
  const labelWidth = Math.round(Math.min(230, width * 0.27));
  const panel = (width - labelWidth - 34) / levels.length;
  const ticks: readonly number[] = ticksByWidth.find(([least]) => panel >= least)![1];
  const marks = shown.flatMap((row, y) =>
    levels.flatMap((level) =>
      (["simple", "gcm"] as const).flatMap((model) => {
        const error = row[model][level];
        if (error === null) return [];
        const name = `${model === "gcm" ? "GCM" : "simple statistics"} ${level.toUpperCase()}`;
        const title = `${row.service} ${row.api}\n${name} ${percent(error)}`;
        return [{ y, level: level.toUpperCase(), model, ratio: position(error), title }];
      }),
    ),
  );
  const labels = shown.map((row, y) => ({ y, name: `${row.service} ${row.api}`, level: "P50" }));
  const plot = Plot.plot({
    document,
    width,
    height: 92 + 20 * Math.max(1, shown.length),
    marginTop: 54,
    marginLeft: labelWidth + 10,
    marginRight: 24,
    marginBottom: 34,
    style: plotStyle,
    x: { type: "symlog", constant: 0.1, domain: [-most, most], label: null },
    y: { type: "band", domain: shown.map((_, y) => y), axis: null, padding: 0.2 },
    fx: { domain: ["P50", "P95", "P99"], label: null, padding: 0.08 },
    marks: [
      Plot.rectX([{}], { x1: -Math.log(1.1), x2: Math.log(1.1), fill: colors.foreground, fillOpacity: 0.1 }),
      Plot.gridX(
        ticks.map((error) => Math.log1p(error)),
        { stroke: colors.faintest, strokeOpacity: 1 },
      ),
      Plot.axisX(
        ticks.map((error) => Math.log1p(error)),
        { text: (x: number) => percent(Math.expm1(x)).replace(width < 620 ? " %" : "", ""), label: null },
      ),
      Plot.ruleY(shown, { y: (_, y) => y, stroke: colors.faintest }),
      Plot.ruleX([0], { stroke: colors.foreground, strokeOpacity: 0.6 }),
      Plot.dot(
        marks.filter((mark) => mark.model === "simple"),
        {
          ...{ x: "ratio", y: "y", fx: "level", r: 4, stroke: colors.simple, strokeWidth: 1.6, title: "title" },
        },
      ),
      Plot.dot(
        marks.filter((mark) => mark.model === "gcm"),
        {
          ...{ x: "ratio", y: "y", fx: "level", r: 4, fill: colors.gcm, title: "title" },
        },
      ),
      Plot.text(labels, {
        ...{ y: "y", fx: "level", frameAnchor: "left", dx: -10, textAnchor: "end", title: "name", fontSize: 11.5 },
        text: (row: { name: string }) => fitText(row.name, labelWidth - 8, 11.5),
      }),
    ],
  }) as SVGSVGElement;
  plot.append(key(document, Math.min(labelWidth + 10, width - 290)));
  const label = `Relative errors of P50, P95 and P99 for ${shown.length} of ${rows.length} APIs: GCM and simple statistics`;
  setAttributes(plot, { role: "img", "aria-label": label });
  const data = () =>
    rows.flatMap(({ service, api, n, simple, gcm }) =>
      levels.map((level) => ({ service, api, n, quantile: level, simple: simple[level], gcm: gcm[level] })),
    );
  return savable(plot, { document, name: "errors of quantiles by API", rows: data });
}

function position(error: number): number {
  return error <= -1 ? -most : Math.min(most, Math.max(-most, Math.log1p(error)));
}

function percent(error: number): string {
  const value = Math.round(error * 100);
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value)} %`;
}

function key(document: Document, left: number): SVGElement {
  const text = (x: number, content: string) => svg(document, "text", { x, y: 16, fill: "currentColor" }, content);
  return svg(
    document,
    "g",
    { "font-size": 11, "text-anchor": "start", class: "palette-legend" },
    svg(document, "circle", { cx: left + 5, cy: 12, r: 4, fill: colors.gcm }),
    text(left + 15, "GCM"),
    svg(document, "circle", { cx: left + 65, cy: 12, r: 4, fill: "none", stroke: colors.simple, "stroke-width": 1.6 }),
    text(left + 75, "simple statistics"),
    svg(document, "rect", { x: left + 180, y: 5, width: 14, height: 14, fill: colors.foreground, "fill-opacity": 0.1 }),
    text(left + 200, "within ± 10 %"),
  );
}
