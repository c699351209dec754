import type { Neighbour } from "./callersAndCallees.ts";
import { type Column, tableView } from "./tableView.ts";

const waits: Column<Partial<Neighbour>>[] = [
  { label: "P50", value: (row) => row.p50, format: "duration", title: "Median of what the caller sees" },
  { label: "P95", value: (row) => row.p95, format: "duration" },
];

export interface NeighbourTableOptions<Row> {
  document: Document;
  caption: string;
  /** Told of the row that a person chooses; without it none can be chosen. */
  onChoose?: (row: Row) => void;
}

/** Lists the callers or the callees of an API, with what the caller waits where that is known. */
export function neighbourTable<Row extends Omit<Neighbour, "p50" | "p95"> & Partial<Neighbour>>(
  rows: readonly Row[],
  { document, caption, onChoose }: NeighbourTableOptions<Row>,
): HTMLElement {
  const known = rows.some(({ p50 }) => p50 !== undefined);
  const table = tableView(rows, {
    document,
    caption,
    limit: 10,
    // No row at first, and yet one can be chosen.
    chosen: onChoose && ({} as Row),
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "API", value: (row) => row.api },
      { label: "calls", value: (row) => row.calls, format: "count" },
      { label: "asynchronous", value: (row) => row.asynchronous, format: "share" },
      ...(known ? waits : []),
    ],
  });
  table.addEventListener("input", (event) => {
    event.stopPropagation();
    if (table.value) onChoose?.(table.value);
  });
  return table;
}
