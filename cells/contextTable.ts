import type { GcmContexts } from "./gcmContexts.ts";
import { tableView } from "./tableView.ts";

/** Shows what a time of a causal model is under each context. */
export function contextTable(
  { parents, contexts }: GcmContexts,
  { document, caption }: { document: Document; caption?: string },
): HTMLElement {
  return tableView(contexts, {
    document,
    caption,
    columns: [
      ...parents.map((parent) => ({
        label: parent,
        value: (context: GcmContexts["contexts"][number]) => context.given[parent] ?? "any other",
      })),
      { label: "n", value: (context) => context.n, format: "count" },
      { label: "median", value: (context) => context.median, format: "duration" },
      { label: "P99", value: (context) => context.p99, format: "duration" },
    ],
  });
}
