import { samplesKey } from "../lib/compare/latencySamples.ts";
import type { SystemResult } from "../lib/export/systemRun.ts";
import { tableView } from "./tableView.ts";

/** A table of APIs: how far the running system is from the model, and from what its own executions drew. */
export function runningTable({ model, drawn }: SystemResult, { document }: { document: Document }): HTMLElement {
  const models = new Map(model.apis.map((each) => [samplesKey({ service: each.service, name: each.api }), each]));
  const rows = drawn.apis.flatMap(({ service, api, n, running: same }) => {
    const of = models.get(samplesKey({ service, name: api }));
    return of
      ? [{ service, api, n, ks: of.running.ks, chance: of.chance.ks, p50: of.running.p50, p99: of.running.p99, same }]
      : [];
  });
  const percent = (share: number | null) => (share === null ? null : 100 * share);
  return tableView(rows, {
    ...{ document, caption: "The running system from the model", sort: { column: "n", descending: true } },
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "API", value: (row) => row.api },
      { label: "n", value: (row) => row.n, format: "count", title: "Executions" },
      { label: "KS", value: (row) => row.ks, format: "number", title: "Distance from the model" },
      { label: "chance", value: (row) => row.chance, format: "number", title: "KS of as many traces of the model" },
      { label: "P50 off, %", value: (row) => percent(row.p50), format: "number" },
      { label: "P99 off, %", value: (row) => percent(row.p99), format: "number" },
      {
        label: "KS, drawn",
        value: (row) => row.same.ks,
        format: "number",
        title: "Distance from what these executions drew",
      },
      { label: "P50 off drawn, %", value: (row) => percent(row.same.p50), format: "number" },
    ],
  });
}
