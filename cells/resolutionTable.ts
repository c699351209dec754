import type { ServiceResolution } from "./resolutionByService.ts";
import { tableView } from "./tableView.ts";

/** Lists services with how finely their times were recorded. */
export function resolutionTable(rows: readonly ServiceResolution[], { document }: { document: Document }): HTMLElement {
  return tableView(rows, {
    document,
    caption: "Time resolution by service",
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "APIs", value: (row) => row.apis, format: "count" },
      { label: "executions", value: (row) => row.executions, format: "count" },
      { label: "resolution", value: (row) => row.resolution, format: "duration" },
      {
        label: "unresolved",
        value: (row) => row.unresolved,
        format: "share",
        title: "Executions that lasted no longer than the resolution",
      },
    ],
  });
}
