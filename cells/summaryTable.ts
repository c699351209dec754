import type { GroupSummary } from "./frame.ts";
import { tableView } from "./tableView.ts";

export interface SummaryTableOptions {
  document: Document;
  caption?: string;
  /** What was summarised, such as `P95`; a duration in µs. */
  value: string;
}

/** A table of summaries (see `summarize`): a row for each group, with its least, median and greatest duration. */
export function summaryTable(groups: readonly GroupSummary[], options: SummaryTableOptions): HTMLElement {
  const { document, caption, value } = options;
  const names = Object.keys(groups[0]?.group ?? {});
  return tableView(groups, {
    document,
    caption,
    sort: { column: `greatest ${value}`, descending: true },
    columns: [
      ...names.map((name) => ({ label: name, value: (row: GroupSummary) => row.group[name] })),
      { label: "APIs", value: (row) => row.count, format: "count" as const },
      { label: `least ${value}`, value: (row) => row.min, format: "duration" as const },
      { label: `median ${value}`, value: (row) => row.median, format: "duration" as const },
      { label: `greatest ${value}`, value: (row) => row.max, format: "duration" as const },
    ],
  });
}
