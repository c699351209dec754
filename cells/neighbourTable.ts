import type { Neighbour } from "./callersAndCallees.ts";
import { tableView } from "./tableView.ts";

/** Lists the callers or the callees of an API. */
export function neighbourTable(
  rows: readonly Neighbour[],
  { document, caption }: { document: Document; caption: string },
): HTMLElement {
  return tableView(rows, {
    document,
    caption,
    limit: 10,
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "API", value: (row) => row.api },
      { label: "calls", value: (row) => row.calls, format: "count" },
      { label: "asynchronous", value: (row) => row.asynchronous, format: "share" },
      { label: "P50", value: (row) => row.p50, format: "duration", title: "Median of what the caller sees" },
      { label: "P95", value: (row) => row.p95, format: "duration" },
    ],
  });
}
