import * as Plot from "@observablehq/plot";
import { sampleQuantile } from "../lib/compare/quantileErrors.ts";
import { type CdfPoint, cdfCurve, sortedSample } from "./cdfCurve.ts";
import { colors } from "./colors.ts";
import { linearTicks, logTicks } from "./durationTicks.ts";
import { fitText } from "./fitText.ts";
import { formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import { type BandPoint, bandBetween, dkwBand } from "./noiseBand.ts";
import { plotStyle } from "./plotStyle.ts";
import { type Attributes, setAttributes, svg } from "./svg.ts";

/** One curve: a sample of latencies in µs. */
export interface CdfSeries {
  name: string;
  /** `original` is drawn first, beneath the models, and carries the noise band. */
  role: "original" | "simple" | "gcm" | "other";
  values: ArrayLike<number>;
  /** Kolmogorov-Smirnov distance to the original, where the caller knows it; shown in the legend. */
  ks?: number | null;
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
  /** Share (0 to 1) at which a line is drawn and quantiles are listed. */
  percentile?: number | null;
  width?: number;
  height?: number;
}

const styles = {
  original: { stroke: colors.original, strokeWidth: 3.2, strokeDasharray: undefined },
  simple: { stroke: colors.simple, strokeWidth: 1.8, strokeDasharray: "6 3" },
  gcm: { stroke: colors.gcm, strokeWidth: 1.8, strokeDasharray: undefined },
  other: { stroke: colors.muted, strokeWidth: 1.6, strokeDasharray: "2 2" },
};

const legendRow = 18;

/**
 * Plots CDFs of latencies over a logarithmic (or linear) axis: the original with its noise band, and models against it.
 * The legend lists n, KS and the quantile at `percentile` of each. Curves have at most 500 points, all on the CDF.
 */
export function plotCdf(series: CdfSeries[], options: CdfOptions): SVGSVGElement {
  const { document, title = "", scale = "log", percentile = null, width = 720, height = 400 } = options;
  const samples = series.map((one) => sortedSample(one.values));
  const curves = samples.map((sample) => cdfCurve(sample));
  const band = bandOf(series, samples, curves, options.halves);
  const domain = domainOf(samples, scale);
  const [low, high] = domain;
  const ticks = scale === "log" ? logTicks(low, high) : linearTicks(low, high);
  const order = series.map((_, index) => index).sort((a, b) => rank(series[a]!) - rank(series[b]!));
  const clamp = (x: number) => Math.max(low, Math.min(high, x));
  const top = legendRow * (series.length + 1 + Number(band.length > 0) + Number(title !== "")) + 14;
  const plot = Plot.plot({
    document,
    width,
    height: height + top,
    marginTop: top,
    marginLeft: 44,
    marginRight: 20,
    marginBottom: 38,
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
      percentile === null ? null : Plot.ruleY([percentile], { stroke: colors.foreground, strokeDasharray: "1 3" }),
      percentile === null
        ? null
        : Plot.dot(
            order.map((index) => ({ x: clamp(sampleQuantile(samples[index]!, percentile)), index })),
            {
              ...{ x: "x", y: () => percentile, r: 4, stroke: colors.background },
              fill: (point: { index: number }) => styles[series[point.index]!.role].stroke,
            },
          ),
      // As text, not as tickFormat: of a log scale's ticks Plot labels powers of ten only.
      Plot.axisX(ticks, { text: (tick: number) => formatDuration(tick), label: null }),
      samples.every((sample) => sample.length === 0) ? Plot.text(["no latencies"], { frameAnchor: "middle" }) : null,
      () => legend(series, samples, options, band.length > 0),
    ],
  }) as SVGSVGElement;
  setAttributes(plot, { role: "img", "aria-label": describe(title, series, samples) });
  return plot;
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

function legend(series: CdfSeries[], samples: Float64Array[], options: CdfOptions, banded: boolean): SVGElement {
  const { document, percentile = null, title = "", halves, floor, width = 720 } = options;
  const at = percentile === null ? "" : `P${Number((percentile * 100).toPrecision(4))}`;
  const columns = [290, 360, 440].map((x) => Math.round(Math.min(x, (x / 440) * (width - 10))));
  const group = svg(document, "g", {
    class: "palette-legend",
    "font-size": 12,
    "text-anchor": "start",
    stroke: "none",
  });
  const right = { "text-anchor": "end", "font-variant-numeric": "tabular-nums" };
  let y = 10;
  const text = (x: number, content: string, attributes: Attributes = {}) =>
    group.append(svg(document, "text", { x, y: y + 4, fill: "currentColor", ...attributes }, content));
  if (title !== "") {
    text(44, fitText(title, width - 60, 12.5), { "font-weight": 650, "font-size": 12.5 });
    y += legendRow;
  }
  ["n", "KS", at].forEach((label, index) => {
    text(columns[index]!, label, { ...right, fill: colors.muted, "font-size": 11 });
  });
  series.forEach((one, index) => {
    y += legendRow;
    const { stroke, strokeWidth, strokeDasharray } = styles[one.role];
    const line = { d: `M44 ${y}h26`, stroke, "stroke-width": strokeWidth, "stroke-dasharray": strokeDasharray };
    group.append(svg(document, "path", { ...line, fill: "none" }));
    const sample = samples[index]!;
    text(76, fitText(one.name, columns[0]! - 130, 12));
    text(columns[0]!, formatCount(sample.length), { ...right, fill: colors.muted });
    text(columns[1]!, one.ks === undefined || one.ks === null ? "" : formatKs(one.ks), right);
    if (percentile !== null) text(columns[2]!, formatDuration(sampleQuantile(sample, percentile)), right);
  });
  if (banded) {
    y += legendRow;
    group.append(
      svg(document, "rect", { x: 44, y: y - 6, width: 26, height: 12, fill: colors.original, "fill-opacity": 0.2 }),
    );
    text(76, halves ? "noise: two halves" : "noise: 95 % DKW band", { fill: colors.muted });
    if (floor !== undefined && floor !== null) text(columns[1]!, formatKs(floor), { ...right, fill: colors.muted });
  }
  return group;
}

/** A KS distance with three digits after the point. */
function formatKs(ks: number): string {
  return ks.toFixed(3);
}

function describe(title: string, series: CdfSeries[], samples: Float64Array[]): string {
  const parts = series.map((one, index) => {
    const ks = one.ks === undefined || one.ks === null ? "" : `, KS ${formatKs(one.ks)}`;
    return `${one.name} (median ${formatDuration(sampleQuantile(samples[index]!, 0.5))}${ks})`;
  });
  return `Latency CDFs${title ? ` of ${title}` : ""}: ${parts.join("; ")}`;
}
