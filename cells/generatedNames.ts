import { goNames } from "../lib/export/goNames.ts";
import type { Topology } from "../lib/topology/topology.ts";
import { tableView } from "./tableView.ts";

/** A table of a topology's APIs and what they are called in the code that is generated. */
export function generatedNames(topology: Topology, { document }: { document: Document }): HTMLElement {
  const names = goNames(topology);
  const named = new Map(topology.services.map(({ id, name }) => [id, name]));
  const rows = topology.apis.map(({ id, service, name, executions }) => ({
    ...{ service: named.get(service)!, api: name, executions },
    ...{ package: names.services.get(service)!.package, method: names.apis.get(id)! },
  }));
  return tableView(rows, {
    ...{ document, caption: "What is generated", sort: { column: "executions", descending: true } },
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "API", value: (row) => row.api },
      { label: "executions", value: (row) => row.executions, format: "count", title: "Executions that were fitted" },
      { label: "package", value: (row) => row.package, title: "Package of the service, below workflow/" },
      { label: "method", value: (row) => row.method },
    ],
  });
}
