import type { Topology } from "../topology/topology.ts";

/** What became of a dimension in a fit, in a sentence: who draws how many values of it, and what depends on them. */
export function dimensionNote({ apis, edges, exogenous }: Topology, name: string): string {
  const { values = [] } = exogenous.find(({ id }) => id === name)!;
  const drawing = new Set(values.map(({ api }) => api));
  const several = new Set(values.flatMap(({ to }) => to.map(({ value }) => value))).size;
  const drawn = `${name}: ${listed([...drawing])} ${drawing.size === 1 ? "draws" : "draw"} one of ${several} values`;
  const callees = new Map(edges.map(({ id, callee }) => [id, callee]));
  const dependent = apis.flatMap(({ id, pfa, gcm }) => [
    ...(pfa.transitions.some(({ given }) => given[name] !== undefined) ? [`paths of ${id}`] : []),
    ...gcm.nodes
      .filter(({ tables }) => tables?.some(({ given }) => given[name] !== undefined))
      .map(({ kind, edge }) =>
        edge === undefined ? `own time of ${id}` : `${kind} of the call from ${id} to ${callees.get(edge)}`,
      ),
  ]);
  if (dependent.length === 0) return `${drawn}; nothing depends on it as far as these traces can tell`;
  return `${drawn}; on it depend ${listed(dependent)}`;
}

function listed(names: readonly string[]): string {
  return names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}
