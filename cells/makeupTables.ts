import { formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import { html } from "./html.ts";
import type { MakeupRow, RangeMakeup } from "./rangeMakeup.ts";
import { type Column, tableView } from "./tableView.ts";

const columns: Column<MakeupRow>[] = [
  { label: "calls", value: (row) => row.inside, format: "number", title: "Executions a trace in the range" },
  { label: "else", value: (row) => row.outside, format: "number", title: "Executions a trace outside of it" },
  { label: "own time", value: (row) => row.ownInside, format: "duration", title: "Own time a trace in the range" },
  { label: "else", value: (row) => row.ownOutside, format: "duration", title: "Own time a trace outside of it" },
  {
    label: "difference",
    value: (row) => row.difference,
    format: "duration",
    title: "Own time a trace, in the range less outside",
  },
];

/** Shows what makes up a range of latencies: by API, by path and by context, each against the other traces. */
export function makeupTables(
  { range, traces, apis, paths, contexts }: RangeMakeup,
  { document, limit = 8 }: { document: Document; limit?: number },
): HTMLElement {
  const name = [
    { label: "service", value: (row: MakeupRow) => row.service },
    { label: "API", value: (row: MakeupRow) => row.api },
  ];
  const from = `${formatDuration(range.from)} to ${formatDuration(range.to)}`;
  const note = `${formatCount(traces.inside)} traces of ${from}, beside the ${formatCount(traces.outside)} others. What a trace has of each part, on average; the largest differences first.`;
  const path: Column<MakeupRow & { path: string }> = { label: "path", value: (row) => row.path };
  const caller: Column<MakeupRow & { caller: string | null }> = {
    label: "called by",
    value: (row) => row.caller ?? "nobody: the trace starts here",
  };
  return html(
    document,
    "div",
    {},
    html(document, "p", { class: "palette-note" }, note),
    tableView(apis, { document, limit, caption: "By API", columns: [...name, ...columns] }),
    tableView(paths, { document, limit, caption: "By path", columns: [...name, path, ...columns] }),
    tableView(contexts, { document, limit, caption: "By context", columns: [...name, caller, ...columns] }),
  );
}
