import type { NodeFinding } from "../lib/topology/topology.ts";
import { tableView } from "./tableView.ts";

/** The kinds of nodes that a fit tried: whether the models have them, what each bought, and how many numbers it took. */
export function nodesTable(nodes: readonly NodeFinding[], { document }: { document: Document }): HTMLElement {
  return tableView(nodes, {
    ...{ document, limit: 20, caption: "Kinds of nodes; gain: held-out log-likelihood, nats a trace" },
    columns: [
      { label: "node", value: ({ node }) => node },
      { label: "kept", value: ({ kept }) => (kept ? "yes" : "no") },
      { label: "gain", value: ({ gain = null }) => (gain === null ? null : Number(gain.toFixed(3))), format: "number" },
      { label: "numbers", value: ({ numbers }) => numbers, format: "count" },
      { label: "why", value: ({ why }) => why },
    ],
  });
}
