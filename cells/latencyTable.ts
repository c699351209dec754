import { formatCount } from "./formatCount.ts";
import type { ApiLatency } from "./latencyByApi.ts";
import { tableView } from "./tableView.ts";

/** Lists APIs with their latency and own time. */
export function latencyTable(rows: readonly ApiLatency[], { document }: { document: Document }): HTMLElement {
  return tableView(rows, {
    document,
    caption: `${formatCount(rows.length)} APIs, those with the most own time first`,
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "API", value: (row) => row.api },
      { label: "executions", value: (row) => row.executions, format: "count" },
      { label: "errors", value: (row) => row.errors, format: "share" },
      { label: "P50", value: (row) => row.p50, format: "duration", title: "Median latency" },
      { label: "P95", value: (row) => row.p95, format: "duration" },
      { label: "P99", value: (row) => row.p99, format: "duration" },
      { label: "own time", value: (row) => row.own, format: "duration", title: "Mean own time of an execution" },
      { label: "of all", value: (row) => row.share, format: "share", title: "Share of the own time of all executions" },
    ],
  });
}
