import { type CdfReading, percentileName } from "./cdfReading.ts";
import { colors } from "./colors.ts";
import { fitText } from "./fitText.ts";
import { formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import { formatShare } from "./formatShare.ts";
import { type Attributes, svg } from "./svg.ts";

/** A line of the legend. */
export interface CdfLegendRow {
  name: string;
  /** Size of the sample; null where it is not known. */
  n: number | null;
  /** KS distance to the original. */
  ks?: number | null;
  line: { stroke: string; "stroke-width": number; "stroke-dasharray": string | undefined };
}

export interface CdfLegendOptions {
  document: Document;
  title: string;
  width: number;
  /** What the band is, and its KS distance; undefined where there is none. */
  band: { name: string; ks?: number | null } | undefined;
}

export interface CdfLegend {
  element: SVGElement;
  /** Writes what was read off the curves, the shares where a latency was read; nothing where nothing was. */
  read(reading: CdfReading | null, share: number, latency: number | null): void;
}

export const legendRow = 18;

/** The legend above CDFs: each curve with its n, KS and what is read off it. */
export function cdfLegend(rows: readonly CdfLegendRow[], options: CdfLegendOptions): CdfLegend {
  const { document, title, width, band } = options;
  const columns = [270, 340, 425, 510].map((x) => Math.round(Math.min(x, (x / 510) * (width - 10))));
  const attributes = { class: "palette-legend", "font-size": 12, "text-anchor": "start", stroke: "none" };
  const element = svg(document, "g", attributes);
  const below = svg(document, "g", { class: "palette-pointer" });
  const right = { "text-anchor": "end", "font-variant-numeric": "tabular-nums" };
  let y = 10;
  const text = (x: number, content: string, attributes: Attributes = {}, parent = element) => {
    const made = svg(document, "text", { x, y: y + 4, fill: "currentColor", ...attributes }, content);
    parent.append(made);
    return made;
  };
  if (title !== "") {
    text(44, fitText(title, width - 90, 12.5), { "font-weight": 650, "font-size": 12.5 });
    y += legendRow;
  }
  const heading = { ...right, fill: colors.muted, "font-size": 11 };
  text(columns[0]!, "n", heading);
  const hasKs = [band, ...rows].some((row) => row?.ks !== undefined && row.ks !== null);
  if (hasKs) text(columns[1]!, "KS", heading);
  const level = text(columns[2]!, "", heading);
  const limit = text(columns[3]!, "", heading, below);
  const cells = rows.map(({ name, n, ks, line }) => {
    y += legendRow;
    element.append(svg(document, "path", { d: `M44 ${y}h26`, ...line, fill: "none" }));
    text(76, fitText(name, columns[0]! - 130, 12));
    text(columns[0]!, n === null ? "" : formatCount(n), { ...right, fill: colors.muted });
    text(columns[1]!, ks === undefined || ks === null ? "" : formatKs(ks), right);
    return { quantile: text(columns[2]!, "", right), share: text(columns[3]!, "", right, below) };
  });
  if (band) {
    y += legendRow;
    const box = { x: 44, y: y - 6, width: 26, height: 12, fill: colors.original, "fill-opacity": 0.2 };
    element.append(svg(document, "rect", box));
    text(76, fitText(band.name, (hasKs ? columns[1]! - 40 : columns[1]!) - 76, 12), { fill: colors.muted });
    if (band.ks !== undefined && band.ks !== null)
      text(columns[1]!, formatKs(band.ks), { ...right, fill: colors.muted });
  }
  element.append(below);
  return {
    element,
    read(reading, share, latency) {
      level.textContent = reading ? percentileName(share) : "";
      limit.textContent = latency === null ? "" : `≤ ${formatDuration(latency)}`;
      cells.forEach((cell, index) => {
        cell.quantile.textContent = reading ? formatDuration(reading.quantiles[index]) : "";
        cell.share.textContent = reading && latency !== null ? formatShare(reading.shares[index]) : "";
      });
    },
  };
}

/** A KS distance with three digits after the point. */
export function formatKs(ks: number): string {
  return ks.toFixed(3);
}
