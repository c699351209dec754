import { alignEdges } from "../lib/interventions/alignEdges.ts";
import { diffTopologies } from "../lib/interventions/diffTopologies.ts";
import type { Topology } from "../lib/topology/topology.ts";
import { type ApiGraph, apiGraph } from "./apiGraph.ts";

/** What became of a part of a graph. */
export type Mark = "added" | "removed" | "changed";

/** What became of APIs, by their ids, and of links, by `linkKey`; what stayed as it was has no mark. */
export interface GraphMarks {
  apis: Map<string, Mark>;
  links: Map<string, Mark>;
}

export function linkKey({ caller, callee }: { caller: string; callee: string }): string {
  return JSON.stringify([caller, callee]);
}

/** The call graph of two topologies together, and what became of its parts from one to the other. */
export function differenceGraph(original: Topology, after: Topology): { graph: ApiGraph; marks: GraphMarks } {
  const before = alignEdges(original, after);
  const both = <Item extends { id: string }>(then: readonly Item[], now: readonly Item[]) => {
    const present = new Set(now.map(({ id }) => id));
    return [...now, ...then.filter(({ id }) => !present.has(id))];
  };
  const present = new Set(after.workload.mix.map(({ api }) => api));
  const mix = [...after.workload.mix, ...before.workload.mix.filter(({ api }) => !present.has(api))];
  const apis = both(before.apis, after.apis);
  // An API that stayed may be in a service that is gone: where a service lost all of its APIs, it is left out.
  const services = both(before.services, after.services).filter(({ id }) => apis.some(({ service }) => service === id));
  const edges = both(before.edges, after.edges);
  const graph = apiGraph({ services, apis, edges, workload: { ...after.workload, mix } });

  const marks: GraphMarks = { apis: became(before.apis, after.apis), links: new Map() };
  const ofEdges = became(before.edges, after.edges);
  const edgeIds = new Set(edges.map(({ id }) => id));
  for (const { of, edge } of diffTopologies(before, after)) {
    if (marks.apis.get(of) === undefined && apis.some(({ id }) => id === of)) marks.apis.set(of, "changed");
    for (const id of [edge, of])
      if (id !== undefined && edgeIds.has(id) && !ofEdges.has(id)) ofEdges.set(id, "changed");
  }
  const byLink = new Map<string, Set<Mark | undefined>>();
  for (const edge of edges) {
    const known = byLink.get(linkKey(edge)) ?? new Set();
    byLink.set(linkKey(edge), known.add(ofEdges.get(edge.id)));
  }
  for (const [key, found] of byLink) {
    const [only] = found;
    const mark = found.size > 1 ? "changed" : only;
    if (mark) marks.links.set(key, mark);
  }
  return { graph, marks };
}

function became(before: readonly { id: string }[], after: readonly { id: string }[]): Map<string, Mark> {
  const [then, now] = [before, after].map((items) => new Set(items.map(({ id }) => id))) as [Set<string>, Set<string>];
  const marks = new Map<string, Mark>();
  for (const id of now) if (!then.has(id)) marks.set(id, "added");
  for (const id of then) if (!now.has(id)) marks.set(id, "removed");
  return marks;
}
