import type { ApiDifference } from "./alignTraces.ts";
import { formatDuration } from "./formatDuration.ts";
import { html } from "./html.ts";
import { signed } from "./plotTraceComparison.ts";
import { tableView } from "./tableView.ts";

/** Says in a sentence, and lists by API, why one trace took longer than another. */
export function differencesTable(
  differences: readonly ApiDifference[],
  { document, names = ["A", "B"], limit = 8 }: { document: Document; names?: [string, string]; limit?: number },
): HTMLElement {
  const total = differences.reduce((sum, { difference }) => sum + difference, 0);
  const [first] = differences;
  const longer = total < 0 ? [names[0], names[1]] : [names[1], names[0]];
  const reason =
    first && Math.abs(first.difference) > 0
      ? ` Most of it is ${first.service} ${first.api} (${signed(first.difference)} on the critical path${calls(first)}).`
      : "";
  return html(
    document,
    "div",
    {},
    html(document, "p", {}, `${longer[0]} takes ${formatDuration(Math.abs(total))} longer than ${longer[1]}.${reason}`),
    tableView(differences, {
      document,
      limit,
      caption: "Time on the critical path; the differences add up to that of the latencies",
      columns: [
        { label: "service", value: (row) => row.service },
        { label: "API", value: (row) => row.api },
        { label: `calls ${names[0]}`, value: (row) => row.callsA, format: "count" },
        { label: `calls ${names[1]}`, value: (row) => row.callsB, format: "count" },
        { label: names[0], value: (row) => row.criticalA, format: "duration" },
        { label: names[1], value: (row) => row.criticalB, format: "duration" },
        { label: "difference", value: (row) => row.difference, format: "duration" },
      ],
    }),
  );
}

function calls({ callsA, callsB }: ApiDifference): string {
  if (callsA === callsB) return "";
  const count = Math.abs(callsB - callsA);
  return `, ${count} call${count === 1 ? "" : "s"} ${callsB > callsA ? "more" : "fewer"}`;
}
