import * as Plot from "@observablehq/plot";
import type { Drift } from "../lib/compare/drift.ts";
import { colors } from "./colors.ts";
import { formatDuration } from "./formatDuration.ts";
import { plotStyle } from "./plotStyle.ts";
import { savable } from "./savable.ts";
import { setAttributes } from "./svg.ts";

/** Plots the median latency of an API's original executions over the time of the recording. */
export function plotDrift(
  { medians, ks }: Drift,
  { document, width = 720 }: { document: Document; width?: number },
): HTMLElement {
  const first = medians[0]?.start ?? 0;
  const rows = medians.map(({ start, median }) => ({ seconds: (start - first) / 1e6, median }));
  const plot = Plot.plot({
    document,
    width,
    height: 180,
    ...{ marginTop: 12, marginLeft: 60, marginRight: 20, marginBottom: 34 },
    style: plotStyle,
    x: { label: "time since the first, s" },
    y: { zero: true, label: null, ticks: 4, tickFormat: (value: number) => formatDuration(value) },
    marks: [
      Plot.gridY({ ticks: 4, stroke: colors.faintest, strokeOpacity: 1 }),
      Plot.lineY(rows, { x: "seconds", y: "median", stroke: colors.original, strokeWidth: 1.6 }),
      Plot.dot(rows, { x: "seconds", y: "median", r: 2.5, fill: colors.original }),
      rows.length === 0 ? Plot.text(["too few executions to say"], { frameAnchor: "middle" }) : null,
    ],
  }) as SVGSVGElement;
  const label = `Median latency over time; KS between the earlier and the later half ${ks === null ? "unknown" : ks.toFixed(3)}`;
  setAttributes(plot, { role: "img", "aria-label": label });
  return savable(plot, { document, name: "median latency over time", rows: () => rows });
}
