import { type TableView, tableView } from "./tableView.ts";
import type { TraceSummary } from "./tracesInRange.ts";

/** Lists traces; the table's value is the chosen one, the first at the start. */
export function traceTable(
  rows: readonly TraceSummary[],
  { document, limit = 6, caption = "Traces of the range" }: { document: Document; limit?: number; caption?: string },
): TableView<TraceSummary> {
  return tableView(rows, {
    document,
    limit,
    caption,
    chosen: rows[0],
    columns: [
      { label: "latency", value: (row) => row.duration, format: "duration" },
      { label: "executions", value: (row) => row.executions, format: "count" },
      { label: "errors", value: (row) => row.errors, format: "count" },
      { label: "start", value: (row) => row.start, format: "duration", title: "From the first start in the data" },
      { label: "trace", value: (row) => row.trace },
    ],
  });
}
