import * as Plot from "@observablehq/plot";
import { colors, serviceColor } from "./colors.ts";
import { logTicks } from "./durationTicks.ts";
import { fitText } from "./fitText.ts";
import { formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import { type Bin, logBins } from "./logBins.ts";
import { plotStyle } from "./plotStyle.ts";
import { savable } from "./savable.ts";
import { setAttributes, svg } from "./svg.ts";

/** A sample of durations (µs), or its bins where they were counted elsewhere. */
export interface Distribution {
  name: string;
  values?: ArrayLike<number>;
  bins?: Bin[];
}

export interface DistributionOptions {
  document: Document;
  title?: string;
  /** Bins between the least and the greatest value. */
  count?: number;
  width?: number;
  height?: number;
}

const fills = [serviceColor(2), colors.heat, colors.muted];

/**
 * Plots histograms of durations, such as latency and own time, over one logarithmic axis; each is a share of its own
 * sample, so that samples of different sizes compare.
 */
export function plotDistribution(distributions: Distribution[], options: DistributionOptions): HTMLElement {
  const { document, title = "", count = 60, width = 720, height = 240 } = options;
  const counted = distributions.map(({ bins, values }) => bins ?? logBins(values ?? [], count));
  const range = rangeOf(counted);
  const histograms = distributions.map((one, index) =>
    one.bins ? one.bins : range ? logBins(one.values ?? [], count, range) : counted[index]!,
  );
  const totals = histograms.map((bins) => bins.reduce((sum, bin) => sum + bin.count, 0));
  const ticks = range ? logTicks(...range, width - 64) : [];
  const top = 22 + 16 * distributions.length;
  const plot = Plot.plot({
    document,
    width,
    height: height + top,
    marginTop: top,
    marginLeft: 44,
    marginRight: 20,
    marginBottom: 30,
    style: plotStyle,
    x: { type: "log", domain: range ?? [1, 10], label: null },
    y: {
      label: null,
      ticks: 4,
      tickFormat: (share: number) => `${Number((share * 100).toPrecision(2))} %`,
      zero: true,
    },
    marks: [
      Plot.gridY({ ticks: 4, stroke: colors.faintest, strokeOpacity: 1 }),
      Plot.axisX(ticks, { text: (tick: number) => formatDuration(tick), label: null }),
      ...histograms.map((bins, index) =>
        Plot.rectY(
          bins.filter((bin) => bin.count > 0),
          {
            ...{
              x1: "low",
              x2: "high",
              y: (bin: Bin) => bin.count / totals[index]!,
              fill: fills[index % 3],
              inset: 0.3,
            },
            ...{ fillOpacity: 0.55, stroke: fills[index % 3], strokeWidth: 0.5 },
            title: (bin: Bin) => `${formatDuration(bin.low)} to ${formatDuration(bin.high)}: ${formatCount(bin.count)}`,
          },
        ),
      ),
      Plot.ruleY([0], { stroke: colors.foreground }),
      range ? null : Plot.text(["no durations"], { frameAnchor: "middle" }),
    ],
  }) as SVGSVGElement;
  plot.append(legend(document, fitText(title, width - 60, 12), distributions, totals));
  const names = distributions.map((one, index) => `${one.name} (${formatCount(totals[index])})`).join(", ");
  setAttributes(plot, { role: "img", "aria-label": `Histogram${title ? ` of ${title}` : ""}: ${names}` });
  const rows = () =>
    histograms.flatMap((bins, index) => bins.map((bin) => ({ of: distributions[index]!.name, ...bin })));
  return savable(plot, { document, name: title || "durations", rows });
}

function rangeOf(histograms: Bin[][]): [number, number] | undefined {
  const filled = histograms.flat().filter((bin) => bin.count > 0);
  if (filled.length === 0) return undefined;
  return [Math.min(...filled.map((bin) => bin.low)), Math.max(...filled.map((bin) => bin.high))];
}

function legend(document: Document, title: string, distributions: Distribution[], totals: number[]): SVGElement {
  const group = svg(document, "g", {
    class: "palette-legend",
    "font-size": 11.5,
    "text-anchor": "start",
    fill: "currentColor",
  });
  group.append(svg(document, "text", { x: 44, y: 12, "font-weight": 650 }, fitText(title, 500, 12)));
  distributions.forEach((one, index) => {
    const y = 22 + index * 16;
    group.append(
      svg(document, "rect", { x: 44, y, width: 14, height: 9, fill: fills[index % 3], "fill-opacity": 0.6 }),
      svg(document, "text", { x: 64, y: y + 9 }, `${fitText(one.name, 300, 11.5)}, n ${formatCount(totals[index])}`),
    );
  });
  return group;
}
