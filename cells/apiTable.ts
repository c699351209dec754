import type { Topology } from "../lib/topology/topology.ts";
import { tableView } from "./tableView.ts";

/** Lists a topology's APIs: executions, errors, mean own time, calls an execution, and the size of their automata. */
export function apiTable(topology: Topology, options: { document: Document; limit?: number }): HTMLElement {
  const services = new Map(topology.services.map((service) => [service.id, service.name]));
  const mix = new Map(topology.workload.mix.map((entry) => [entry.api, entry.probability]));
  const own = (api: Topology["apis"][number]) => api.simple.ownTime * api.executions;
  const total = topology.apis.reduce((sum, api) => sum + own(api), 0);
  return tableView(topology.apis, {
    ...options,
    caption: `${topology.apis.length} APIs of ${topology.services.length} services`,
    sort: { column: "executions", descending: true },
    columns: [
      { label: "service", value: (api) => services.get(api.service) ?? api.service },
      { label: "API", value: (api) => api.name },
      { label: "executions", value: (api) => api.executions, format: "count" },
      {
        label: "entry calls",
        value: (api) => mix.get(api.id) ?? null,
        format: "share",
        title: "Share of all entry calls",
      },
      { label: "errors", value: (api) => api.errors, format: "share" },
      {
        label: "own time",
        value: (api) => api.simple.ownTime,
        format: "duration",
        title: "Mean own time of an execution",
      },
      { label: "of all own time", value: (api) => (total > 0 ? own(api) / total : null), format: "share" },
      {
        label: "calls",
        value: (api) => api.simple.calls.reduce((sum, call) => sum + call.mean, 0),
        format: "number",
        title: "Mean number of calls an execution",
      },
      { label: "states", value: (api) => api.pfa.states.length, format: "count", title: "States of the automaton" },
      {
        label: "walks",
        value: (api) => api.pfa.learning.walks,
        format: "count",
        title: "Distinct walks in the traces",
      },
    ],
  });
}
