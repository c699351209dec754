import * as Plot from "@observablehq/plot";
import { steps } from "../lib/compare/distanceSteps.ts";
import type { Diagnosis } from "../lib/compare/worstApis.ts";
import { colors } from "./colors.ts";
import { plotStyle } from "./plotStyle.ts";
import { savable } from "./savable.ts";
import { setAttributes } from "./svg.ts";

/** Plots the KS distance of an API as generated and after each part of it is put right, beside the noise floor. */
export function plotDistanceSteps(
  found: Diagnosis,
  { document, width = 720 }: { document: Document; width?: number },
): HTMLElement {
  const rows = [
    { part: "as generated", ks: found.steps.generated },
    ...steps.map((step) => ({ part: `${step} put right`, ks: found.steps.after[step] })),
  ];
  const most = Math.max(found.floor, ...rows.map(({ ks }) => ks)) * 1.15;
  const plot = Plot.plot({
    document,
    width,
    height: 40 + 26 * rows.length,
    ...{ marginTop: 8, marginLeft: 130, marginRight: 20, marginBottom: 32 },
    style: plotStyle,
    x: { domain: [0, most], label: null },
    y: { type: "band", domain: rows.map(({ part }) => part), label: null, padding: 0.3 },
    marks: [
      Plot.barX(rows, { x: "ks", y: "part", fill: colors.gcm, fillOpacity: 0.85 }),
      Plot.ruleX([found.floor], { stroke: colors.floor, strokeWidth: 2, strokeDasharray: "4 3" }),
      Plot.text(rows, {
        ...{ x: "ks", y: "part", dx: 6, textAnchor: "start", fontSize: 11.5 },
        text: (row: { ks: number }) => row.ks.toFixed(3),
      }),
      Plot.axisY({ tickSize: 0, label: null, fontSize: 11.5 }),
      Plot.axisX({ ticks: 5, label: "KS distance; the dashed line is the noise floor" }),
    ],
  }) as SVGSVGElement;
  const said = rows.map(({ part, ks }) => `${part} ${ks.toFixed(3)}`).join("; ");
  setAttributes(plot, { role: "img", "aria-label": `KS distance: ${said}; noise floor ${found.floor.toFixed(3)}` });
  return savable(plot, { document, name: "where the distance comes from", rows: () => rows });
}
