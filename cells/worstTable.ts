import type { Diagnosis } from "../lib/compare/worstApis.ts";
import { type TableView, tableView } from "./tableView.ts";

/** The APIs furthest above the noise floor, as a table whose value is the chosen one, the worst at first. */
export function worstTable(worst: readonly Diagnosis[], { document }: { document: Document }): TableView<Diagnosis> {
  return tableView(worst, {
    document,
    chosen: worst[0],
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "API", value: (row) => row.api },
      { label: "n", value: (row) => row.n, format: "count", title: "Held-out executions" },
      { label: "KS", value: (row) => row.ks, format: "distance" },
      { label: "noise floor", value: (row) => row.floor, format: "distance" },
      {
        label: "× floor",
        value: (row) => (row.ratio === null ? null : Number(row.ratio.toFixed(1))),
        format: "number",
      },
      { label: "cause", value: (row) => row.cause.kind },
    ],
  });
}
