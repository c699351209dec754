import * as Plot from "@observablehq/plot";
import { type Companion, companions } from "../lib/compare/residualCorrelations.ts";
import type { Diagnosis } from "../lib/compare/worstApis.ts";
import { colors } from "./colors.ts";
import { plotStyle } from "./plotStyle.ts";
import { savable } from "./savable.ts";
import { setAttributes, svg } from "./svg.ts";

const names: Record<Companion, string> = {
  calls: "what it waited for",
  parent: "its caller",
  siblings: "the call before it",
  trace: "rest of the trace",
  time: "the run before it",
};

/**
 * Plots with what the residual of an API's own time goes along: rank correlations in the original (a ring, within the
 * band of chance, ± 2/√n) and as generated (a disc).
 */
export function plotResidual(
  { residual }: Pick<Diagnosis, "residual">,
  { document, width = 720 }: { document: Document; width?: number },
): HTMLElement {
  const rows = companions.flatMap((companion) => {
    const { original, generated } = residual[companion];
    if (original.rho === null) return [];
    const chance = 2 / Math.sqrt(original.n);
    return [{ name: names[companion], original: original.rho, generated: generated.rho, n: original.n, chance }];
  });
  const both = rows.filter(({ generated }) => generated !== null);
  const plot = Plot.plot({
    document,
    width,
    height: 66 + 28 * Math.max(1, rows.length),
    ...{ marginTop: 32, marginLeft: 130, marginRight: 20, marginBottom: 32 },
    style: plotStyle,
    x: { domain: [-1, 1], label: null },
    y: { type: "band", domain: rows.map(({ name }) => name), label: null, padding: 0.3 },
    marks: [
      Plot.barX(rows, { x1: (row) => -row.chance, x2: "chance", y: "name", fill: colors.floor, fillOpacity: 0.25 }),
      Plot.ruleX([0], { stroke: colors.faint }),
      Plot.link(both, {
        x1: "original",
        x2: "generated",
        y1: "name",
        y2: "name",
        stroke: colors.gcm,
        strokeOpacity: 0.5,
      }),
      Plot.dot(rows, { x: "original", y: "name", r: 5, stroke: colors.original, strokeWidth: 1.8 }),
      Plot.dot(both, { x: "generated", y: "name", r: 4, fill: colors.gcm }),
      Plot.axisY({ tickSize: 0, label: null, fontSize: 11.5 }),
      Plot.axisX({ ticks: 5, label: "rank correlation with the residual of own time" }),
      rows.length === 0 ? Plot.text(["too few pairs to say"], { frameAnchor: "middle" }) : null,
      () => key(document),
    ],
  }) as SVGSVGElement;
  const said = rows.map(
    (row) => `${row.name} ${row.original.toFixed(2)}, generated ${row.generated?.toFixed(2) ?? "unknown"}`,
  );
  setAttributes(plot, { role: "img", "aria-label": `Rank correlation of own time with ${said.join("; ")}` });
  return savable(plot, { document, name: "residual correlations", rows: () => rows });
}

function key(document: Document): SVGElement {
  const text = (x: number, content: string) => svg(document, "text", { x, y: 14, fill: "currentColor" }, content);
  return svg(
    document,
    "g",
    { "font-size": 11, "text-anchor": "start", stroke: "none", class: "palette-legend" },
    svg(document, "circle", { cx: 136, cy: 10, r: 5, fill: "none", stroke: colors.original, "stroke-width": 1.8 }),
    text(147, "original"),
    svg(document, "circle", { cx: 206, cy: 10, r: 4, fill: colors.gcm }),
    text(216, "generated"),
    svg(document, "rect", { x: 284, y: 4, width: 14, height: 12, fill: colors.floor, "fill-opacity": 0.25 }),
    text(303, "chance"),
  );
}
