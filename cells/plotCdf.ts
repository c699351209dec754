import * as Plot from "@observablehq/plot";
import { sampleQuantile } from "../lib/compare/quantileErrors.ts";
import { type CdfPoint, cdfCurve, sortedSample } from "./cdfCurve.ts";
import { cdfLegend, formatKs, legendRow } from "./cdfLegend.ts";
import { cdfPointer, type LatencyRange } from "./cdfPointer.ts";
import { cdfReading, readingText } from "./cdfReading.ts";
import { colors } from "./colors.ts";
import { linearTicks, logTicks } from "./durationTicks.ts";
import { formatDuration } from "./formatDuration.ts";
import { html } from "./html.ts";
import { type BandPoint, bandBetween, dkwBand } from "./noiseBand.ts";
import { plotStyle } from "./plotStyle.ts";
import { savable } from "./savable.ts";
import { setAttributes, svg } from "./svg.ts";

/** One curve: a sample of latencies in µs. */
export interface CdfSeries {
  name: string;
  /** `original` is drawn first, beneath the models, and carries the noise band. */
  role: "original" | "simple" | "gcm" | "other";
  values: ArrayLike<number>;
  /** Kolmogorov-Smirnov distance to the original, where the caller knows it; shown in the legend. */
  ks?: number | null;
  /** Size of the sample that the values stand for, where they are not all of it; null where that is not known. */
  n?: number | null;
}

export interface CdfOptions {
  document: Document;
  /** What the latencies are of, such as the root's service and API. */
  title?: string;
  /** Two halves of the original traces: the band between their CDFs is the noise; else it is the 95 % DKW band. */
  halves?: [ArrayLike<number>, ArrayLike<number>];
  /** KS distance of the two halves, the floor that models are judged against. */
  floor?: number | null;
  scale?: "log" | "linear";
  /** Share (0 to 1) at which a line is drawn and quantiles are listed, while the pointer reads nothing. */
  percentile?: number | null;
  /** Lets people choose a range of latencies, by dragging or by the keyboard: the figure's `value`. */
  selectable?: boolean;
  width?: number;
  height?: number;
}

const styles = {
  original: { stroke: colors.original, strokeWidth: 3.2, strokeDasharray: undefined },
  simple: { stroke: colors.simple, strokeWidth: 1.8, strokeDasharray: "6 3" },
  gcm: { stroke: colors.gcm, strokeWidth: 1.8, strokeDasharray: undefined },
  other: { stroke: colors.muted, strokeWidth: 1.6, strokeDasharray: "2 2" },
};

const margin = { left: 44, right: 20, bottom: 38 };

/** The figure as an input: `value` is the range of latencies that was chosen, and `input` tells of a change. */
export interface CdfFigure extends HTMLElement {
  value: LatencyRange | null;
}

/**
 * Plots CDFs of latencies over a logarithmic (or linear) axis: the original with its noise band, and models against it.
 * The legend lists n, KS and the quantile at `percentile` of each; where the pointer is, it lists the quantile at its
 * height and the share below its latency instead (see cdfPointer.ts for the keyboard). Curves have at most 500 points,
 * all on the CDF.
 */
export function plotCdf(series: CdfSeries[], options: CdfOptions): CdfFigure {
  const { document, title = "", scale = "log", percentile = null, width = 720, height = 400 } = options;
  const samples = series.map((one) => sortedSample(one.values));
  const curves = samples.map((sample) => cdfCurve(sample));
  const band = bandOf(series, samples, curves, options.halves);
  const domain = domainOf(samples, scale);
  const [low, high] = domain;
  const ticks = scale === "log" ? logTicks(low, high, width - margin.left - margin.right) : linearTicks(low, high);
  const order = series.map((_, index) => index).sort((a, b) => rank(series[a]!) - rank(series[b]!));
  const clamp = (x: number) => Math.max(low, Math.min(high, x));
  const top = legendRow * (series.length + 1 + Number(band.length > 0) + Number(title !== "")) + 14;
  const plot = Plot.plot({
    document,
    width,
    height: height + top,
    marginTop: top,
    marginLeft: margin.left,
    marginRight: margin.right,
    marginBottom: margin.bottom,
    style: plotStyle,
    x: { type: scale, domain, label: null },
    y: { domain: [0, 1], label: null, ticks: 5, tickFormat: (share: number) => `${Math.round(share * 100)} %` },
    marks: [
      Plot.gridY({ ticks: 5, stroke: colors.faintest, strokeOpacity: 1 }),
      Plot.gridX(ticks, { stroke: colors.faintest, strokeOpacity: 1 }),
      Plot.areaY(
        band.map((point) => ({ ...point, x: clamp(point.x) })),
        { x: "x", y1: "low", y2: "high", curve: "step-after", fill: colors.original, fillOpacity: 0.2 },
      ),
      ...order.map((index) =>
        Plot.line(ends(curves[index]!, clamp), { x: "x", y: "y", curve: "step-after", ...styles[series[index]!.role] }),
      ),
      // As text, not as tickFormat: of a log scale's ticks Plot labels powers of ten only.
      Plot.axisX(ticks, { text: (tick: number) => formatDuration(tick), label: null }),
      samples.every((sample) => sample.length === 0) ? Plot.text(["no latencies"], { frameAnchor: "middle" }) : null,
    ],
  }) as SVGSVGElement & Plot.Plot;
  setAttributes(plot, { role: "group", "aria-label": describe(title, series, samples) });
  const bandName = options.halves ? "noise: two halves" : "noise: 95 % DKW band";
  const legend = cdfLegend(
    series.map(({ name, role, ks, n }, index) => ({
      name,
      ks,
      n: n === undefined ? samples[index]!.length : n,
      line: lineOf(role),
    })),
    { document, title, width, band: band.length > 0 ? { name: bandName, ks: options.floor } : undefined },
  );
  const rows = () =>
    curves.flatMap((curve, index) =>
      curve.map(({ x, y }) => ({ series: series[index]!.name, latency_us: x, share: y })),
    );
  const figure = Object.assign(savable(plot, { document, name: `latency CDF ${title}`, rows }), {
    value: null,
  }) as CdfFigure;
  const area = { left: margin.left, right: width - margin.right, top, bottom: height + top - margin.bottom };
  const axis = plot.scale("x")!;
  const placeOf = (latency: number) => axis.apply(clamp(latency)) as number;
  const marks = svg(document, "g", { class: "palette-reading" });
  const read = (share: number | null, latency: number | null) => {
    const shown = share ?? percentile;
    if (shown === null) marks.replaceChildren();
    legend.read(
      shown === null ? null : cdfReading(samples, shown, latency ?? 0),
      shown ?? 0,
      share === null ? null : latency,
    );
    if (shown === null) return;
    const y = area.bottom - shown * (area.bottom - area.top);
    const line = (d: string) => svg(document, "path", { d, stroke: colors.foreground, "stroke-dasharray": "1 3" });
    const dots = order.map((index) => {
      const cx = placeOf(sampleQuantile(samples[index]!, shown));
      const fill = styles[series[index]!.role].stroke;
      return Number.isFinite(cx) ? svg(document, "circle", { cx, cy: y, r: 4, fill, stroke: colors.background }) : "";
    });
    const down = latency === null || share === null ? "" : line(`M${placeOf(latency)} ${area.top}V${area.bottom}`);
    marks.replaceChildren(line(`M${area.left} ${y}H${area.right}`), down, ...dots);
  };
  read(null, null);
  const names = series.map(({ name }) => name);
  const first = samples[order[0] ?? 0] ?? new Float64Array();
  const pointer = cdfPointer({
    ...{ document, plot, area, placeOf, onRead: read },
    extent: [Math.min(...samples.map((one) => one[0] ?? 0)), Math.max(...samples.map((one) => one.at(-1) ?? 0))],
    latencyAt: (x) => axis.invert!(x) as number,
    quantile: (share) => sampleQuantile(first, share),
    say: (share) => readingText(names, samples, share),
    onSelect: options.selectable ? select : undefined,
  });
  plot.append(marks, legend.element);
  if (first.length > 0) plot.append(pointer);
  if (options.selectable) figure.append(html(document, "figcaption", {}, hint));
  function select(range: LatencyRange | null): void {
    figure.value = range;
    const Event = document.defaultView?.Event;
    if (Event) figure.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return figure;
}

const hint =
  "Drag across latencies to choose a range; a click takes it back. With the keyboard: arrows read, Shift with them chooses, Escape takes it back.";

function lineOf(role: CdfSeries["role"]): {
  stroke: string;
  "stroke-width": number;
  "stroke-dasharray": string | undefined;
} {
  const { stroke, strokeWidth, strokeDasharray } = styles[role];
  return { stroke, "stroke-width": strokeWidth, "stroke-dasharray": strokeDasharray };
}

function rank(series: CdfSeries): number {
  return ["original", "other", "simple", "gcm"].indexOf(series.role);
}

function bandOf(
  series: CdfSeries[],
  samples: Float64Array[],
  curves: CdfPoint[][],
  halves: CdfOptions["halves"],
): BandPoint[] {
  if (halves) return bandBetween(sortedSample(halves[0]), sortedSample(halves[1]));
  const original = series.findIndex((one) => one.role === "original");
  const n = samples[original]?.length ?? 0;
  return n > 0 ? dkwBand(curves[original]!, n) : [];
}

/** Almost the whole range: one outlier in two thousand at each end may fall outside. */
function domainOf(samples: Float64Array[], scale: "log" | "linear"): [number, number] {
  const present = samples.filter((sample) => sample.length > 0);
  const high = Math.max(...present.map((sample) => sampleQuantile(sample, scale === "log" ? 0.9995 : 0.99)));
  if (!(high > 0)) return scale === "log" ? [1, 10] : [0, 1];
  if (scale === "linear") return [0, high];
  const positive = present.map((sample) =>
    sample.find((value) => value >= sampleQuantile(sample, 0.0005) && value > 0),
  );
  const low = Math.min(...positive.filter((value) => value !== undefined));
  return [Math.max(low, high / 1e9) * 0.95, Math.max(high, low * 1.5) * 1.05];
}

/** The curve from the left edge of the plot, where it is 0, to the right one, where it is 1. */
function ends(curve: CdfPoint[], clamp: (x: number) => number): CdfPoint[] {
  if (curve.length === 0) return [];
  const inside = curve.map(({ x, y }) => ({ x: clamp(x), y }));
  return [{ x: inside[0]!.x, y: 0 }, ...inside, { x: clamp(Number.MAX_VALUE), y: 1 }];
}

function describe(title: string, series: CdfSeries[], samples: Float64Array[]): string {
  const parts = series.map((one, index) => {
    const ks = one.ks === undefined || one.ks === null ? "" : `, KS ${formatKs(one.ks)}`;
    return `${one.name} (median ${formatDuration(sampleQuantile(samples[index]!, 0.5))}${ks})`;
  });
  return `Latency CDFs${title ? ` of ${title}` : ""}: ${parts.join("; ")}`;
}
