import type { Edge, Topology } from "../topology/topology.ts";

/**
 * A topology whose calls go by the ids that another one has for them, as each fit numbers calls anew. Calls are the same
 * where caller, callee and operation are. Where the other has an id for another call, this one's gets a new one.
 */
export function alignEdges(topology: Topology, other: Topology): Topology {
  const key = ({ caller, callee, operation }: Edge) => JSON.stringify([caller, callee, operation ?? null]);
  const keys = new Map(other.edges.map((edge) => [edge.id, key(edge)]));
  const moved = topology.edges.filter((edge) => keys.get(edge.id) !== key(edge));
  const stay = new Set(topology.edges.map(({ id }) => id));
  for (const { id } of moved) stay.delete(id);
  const free = new Map(other.edges.filter(({ id }) => !stay.has(id)).map((edge) => [key(edge), edge.id]));
  const taken = new Set([...topology.edges, ...other.edges].map(({ id }) => id));
  const ids = new Map<string, string>();
  for (const edge of moved) {
    const found = free.get(key(edge));
    free.delete(key(edge));
    if (found !== undefined) ids.set(edge.id, found);
    else if (keys.has(edge.id)) ids.set(edge.id, unused(edge.id, taken));
  }
  return ids.size === 0 ? topology : withEdgeIds(topology, ids);
}

/** An id like the one given that is not taken yet; it is from then on. */
function unused(id: string, taken: Set<string>): string {
  let number = 1;
  while (taken.has(`${id} ${number}`)) number++;
  taken.add(`${id} ${number}`);
  return `${id} ${number}`;
}

function withEdgeIds(topology: Topology, ids: ReadonlyMap<string, string>): Topology {
  const idOf = (edge: string) => ids.get(edge) ?? edge;
  const renamed = <Item extends { edge: string }>(item: Item) => ({ ...item, edge: idOf(item.edge) });
  return {
    ...topology,
    edges: topology.edges.map((edge) => ({ ...edge, id: idOf(edge.id) })),
    apis: topology.apis.map((api) => {
      const { gcm, pfa, simple } = api;
      const nodeIds = new Map(
        gcm.nodes.map(({ id, edge }) => [
          id,
          edge !== undefined && id.endsWith(edge) ? id.slice(0, -edge.length) + idOf(edge) : id,
        ]),
      );
      const nodes = gcm.nodes.map((node) => ({
        ...node,
        id: nodeIds.get(node.id)!,
        parents: node.parents.map((parent) => nodeIds.get(parent) ?? parent),
        ...(node.edge !== undefined && { edge: idOf(node.edge) }),
      }));
      return {
        ...api,
        pfa: { ...pfa, states: pfa.states.map((state) => ({ ...state, calls: state.calls.map(renamed) })) },
        gcm: { ...gcm, nodes, lambda: gcm.lambda.map(renamed) },
        simple: { ...simple, calls: simple.calls.map(renamed) },
      };
    }),
  };
}
