import type { StructureRow } from "./structureRows.ts";
import { tableView } from "./tableView.ts";

/** Shows how the shape of generated traces compares with the original's. */
export function structureTable(rows: StructureRow[], { document }: { document: Document }): HTMLElement {
  const distance = "KS distance to the held-out original; for call graphs total variation";
  return tableView(rows, {
    document,
    caption: "Means, and in the last row counts; distances to the held-out original",
    columns: [
      { label: "measure", value: (row) => row.measure },
      { label: "original", value: (row) => row.original, format: "number" },
      { label: "GCM", value: (row) => row.gcm, format: "number" },
      { label: "simple", value: (row) => row.simple, format: "number" },
      { label: "noise floor", value: (row) => row.floor, format: "distance", title: distance },
      { label: "GCM distance", value: (row) => row.gcmDistance, format: "distance", title: distance },
      { label: "simple distance", value: (row) => row.simpleDistance, format: "distance", title: distance },
    ],
  });
}
