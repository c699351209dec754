import { rootLatencies } from "../lib/interventions/rootLatencies.ts";
import type { Topology } from "../lib/topology/topology.ts";
import type { ApiGraph } from "./apiGraph.ts";
import { differenceGraph, type GraphMarks } from "./differenceGraph.ts";
import { html } from "./html.ts";
import { keepApis } from "./narrowApiGraph.ts";
import { plotApiGraph } from "./plotApiGraph.ts";
import { plotCdf } from "./plotCdf.ts";

/** A larger graph is drawn about what differs alone. */
const whole = 40;

/**
 * Draws what differs between two topologies: their call graphs in one, with `+` where something came, `−` where it went
 * and `≠` where it is otherwise, each in a colour of its own. Of a large graph, what differs and its neighbours.
 */
export function plotDifference(before: Topology, after: Topology, { document }: { document: Document }): HTMLElement {
  const { graph, marks } = differenceGraph(before, after);
  return plotApiGraph(graph.apis.length > whole ? aboutMarks(graph, marks) : graph, { document, marks });
}

/** The latencies of entry APIs in both topologies, those that are called most first. */
export function plotRootsBeforeAfter(
  before: Topology,
  after: Topology,
  { document, most = 4, traces = 5000 }: { document: Document; most?: number; traces?: number },
): HTMLElement {
  const entries = (topology: Topology) => new Set(topology.workload.mix.map(({ api }) => api));
  const [then, now] = [entries(before), entries(after)];
  const roots = [...after.workload.mix, ...before.workload.mix].toSorted((a, b) => b.probability - a.probability);
  const chosen = [...new Set(roots.map(({ api }) => api))].slice(0, most);
  const sample = (topology: Topology, root: string) => rootLatencies(topology, root, { traces, seed: 1 });
  const figures = chosen.map((root) =>
    plotCdf(
      [
        ...(then.has(root) ? [{ name: "before", role: "original" as const, values: sample(before, root) }] : []),
        ...(now.has(root) ? [{ name: "after", role: "gcm" as const, values: sample(after, root) }] : []),
      ],
      { document, title: root, percentile: 0.99 },
    ),
  );
  return html(document, "div", {}, ...figures);
}

function aboutMarks(graph: ApiGraph, { apis, links }: GraphMarks): ApiGraph {
  const kept = new Set(apis.keys());
  for (const key of links.keys()) for (const id of JSON.parse(key) as string[]) kept.add(id);
  const marked = new Set(kept);
  for (const { caller, callee } of graph.links) if (marked.has(callee)) kept.add(caller);
  return kept.size === 0 ? graph : keepApis(graph, kept);
}
