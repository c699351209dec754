import { contributions } from "../lib/interventions/contributions.ts";
import type { Topology } from "../lib/topology/topology.ts";
import { tableView } from "./tableView.ts";

/** Lists what a root waits for, and how far its p99 would fall for each percent of an API's own time. */
export function contributionTable(topology: Topology, root: string, { document }: { document: Document }): HTMLElement {
  return tableView(contributions(topology, root), {
    document,
    limit: 12,
    caption: `What ${root} waits for`,
    columns: [
      { label: "API", value: (each) => each.api },
      { label: "own time in the mean", value: (each) => each.mean, format: "duration" },
      { label: "of the mean", value: (each) => each.share, format: "share" },
      { label: "traces that wait for it", value: (each) => each.critical, format: "share" },
      { label: "P99 falls, for 1 % less", value: (each) => each.p99 / 100, format: "duration" },
    ],
  });
}
