import * as Plot from "@observablehq/plot";
import type { CallRate, RateBin } from "./callRate.ts";
import { colors, serviceColor } from "./colors.ts";
import { linearTicks } from "./durationTicks.ts";
import { fitText } from "./fitText.ts";
import { formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import { plotStyle } from "./plotStyle.ts";
import { savable } from "./savable.ts";
import { setAttributes, svg } from "./svg.ts";

export interface CallRateOptions {
  document: Document;
  title?: string;
  width?: number;
  height?: number;
}

/** Plots executions a second over time, those that ended in an error in another colour. */
export function plotCallRate({ width: binWidth, bins }: CallRate, options: CallRateOptions): HTMLElement {
  const { document, title = "", height = 150 } = options;
  const width = Math.max(320, options.width ?? 720);
  const perSecond = (count: number) => count / (binWidth / 1e6);
  const end = (bins.at(-1)?.start ?? 0) + binWidth;
  const errors = bins.reduce((sum, bin) => sum + bin.errors, 0);
  const total = bins.reduce((sum, bin) => sum + bin.executions, 0);
  const bar = { x1: "start", x2: (bin: RateBin) => bin.start + binWidth, inset: 0.3 };
  const said = (bin: RateBin) =>
    `${formatDuration(bin.start)} to ${formatDuration(bin.start + binWidth)}: ${counted(bin.executions, "execution")}, ${counted(bin.errors, "error")}`;
  const ticks = linearTicks(0, end, Math.max(4, Math.round(width / 110)));
  const plot = Plot.plot({
    document,
    width,
    height: height + 44,
    ...{ marginTop: 44, marginLeft: 44, marginRight: 20, marginBottom: 30 },
    style: plotStyle,
    x: { domain: [0, end], label: null },
    y: { label: null, zero: true, ticks: 4, domain: total > 0 ? undefined : [0, 1] },
    marks: [
      Plot.gridY({ ticks: 4, stroke: colors.faintest, strokeOpacity: 1 }),
      Plot.axisX(ticks, { text: (tick: number) => formatDuration(tick), label: null }),
      Plot.rectY(
        bins.filter((bin) => bin.executions > 0),
        { ...bar, y: (bin: RateBin) => perSecond(bin.executions), fill: serviceColor(0), title: said },
      ),
      Plot.rectY(
        bins.filter((bin) => bin.errors > 0),
        { ...bar, y: (bin: RateBin) => perSecond(bin.errors), fill: colors.critical, title: said },
      ),
      Plot.ruleY([0], { stroke: colors.foreground }),
    ],
  }) as SVGSVGElement;
  const text = (x: number, y: number, content: string, weight?: number) =>
    svg(document, "text", { x, y, "font-weight": weight }, content);
  const square = (x: number, fill: string) => svg(document, "rect", { x, y: 22, width: 10, height: 10, fill });
  plot.append(
    svg(
      document,
      "g",
      { class: "palette-legend", "font-size": 11.5, "text-anchor": "start", fill: "currentColor" },
      text(44, 12, fitText(title, width - 60, 12), 650),
      square(44, serviceColor(0)),
      text(60, 31, "executions a second"),
      ...(errors > 0 ? [square(190, colors.critical), text(206, 31, "of these with an error")] : []),
    ),
  );
  const label = `${counted(total, "execution")}${title ? ` of ${title}` : ""} over ${formatDuration(end)}, ${counted(errors, "error")}`;
  setAttributes(plot, { role: "img", "aria-label": label });
  return savable(plot, { document, name: title || "executions over time", rows: () => bins });
}

function counted(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? "" : "s"}`;
}
