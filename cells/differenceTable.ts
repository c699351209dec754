import type { Applied } from "../lib/interventions/applyInterventions.ts";
import { diffTopologies } from "../lib/interventions/diffTopologies.ts";
import type { Topology } from "../lib/topology/topology.ts";
import { html } from "./html.ts";
import { tableView } from "./tableView.ts";

/** Lists what interventions changed, and what they repaired or left. */
export function differenceTable(before: Topology, applied: Applied, { document }: { document: Document }): HTMLElement {
  const changed = tableView(diffTopologies(before, applied.topology), {
    document,
    limit: 20,
    caption: "What changed",
    columns: [
      { label: "kind", value: (each) => each.kind },
      { label: "change", value: (each) => each.text },
    ],
  });
  if (applied.repairs.length === 0) return changed;
  const repaired = tableView(applied.repairs, {
    document,
    limit: 20,
    caption: "What followed from it",
    columns: [
      { label: "operation", value: (each) => each.type },
      { label: "repair", value: (each) => each.text },
    ],
  });
  return html(document, "div", {}, changed, repaired);
}
