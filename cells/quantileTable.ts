import type { ModelQuantile } from "./modelQuantiles.ts";
import { tableView } from "./tableView.ts";

/** Shows one quantile (0 to 1) of each entry API's latency: the original's, and what both models make of it. */
export function quantileTable(
  rows: readonly ModelQuantile[],
  { document, level }: { document: Document; level: number },
): HTMLElement {
  return tableView(rows, {
    document,
    caption: `${level === 0.5 ? "Median latency" : `P${Number((level * 100).toPrecision(4))} of the latency`} of entry calls`,
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "API", value: (row) => row.api },
      { label: "n", value: (row) => row.n, format: "count", title: "Held-out traces" },
      { label: "original", value: (row) => row.original, format: "duration" },
      { label: "simple", value: (row) => row.simple, format: "duration" },
      {
        label: "÷ original",
        value: (row) => row.simpleRatio,
        format: "number",
        title: "Simple statistics over original",
      },
      { label: "GCM", value: (row) => row.gcm, format: "duration" },
      { label: "÷ original", value: (row) => row.gcmRatio, format: "number", title: "GCM over original" },
    ],
  });
}
