import type { Edge, Topology } from "../topology/topology.ts";
import type { Behaviour } from "./behaviourField.ts";

/** What a behaviour's ids are called in a topology. */
export interface BehaviourMatch {
  /** The topology's edge of each call of the behaviour that it has. */
  edges: Map<string, Edge>;
  /** The topology's id of each chain of callers that are all in it. */
  chains: Map<string, string>;
}

/** Finds the topology's chain of the same callers for each chain of a behaviour, or adds it. */
export function matchChains(topology: Topology, behaviour: Behaviour): BehaviourMatch["chains"] {
  topology.chains ??= [];
  const { apis, chains } = topology;
  const present = new Set(apis.map(({ id }) => id));
  const key = (caller: string, above: string | undefined) => JSON.stringify([caller, above ?? null]);
  const known = new Map(chains.map(({ id, caller, chain }) => [key(caller, chain), id]));
  const nextId = freeIds("c", chains);
  const matched = new Map<string, string>();
  for (const { id, callers } of behaviour.chains) {
    if (callers.some((caller) => !present.has(caller))) continue;
    let above: string | undefined;
    for (const caller of callers.toReversed()) {
      let found = known.get(key(caller, above));
      if (found === undefined) {
        found = nextId();
        known.set(key(caller, above), found);
        chains.push({ id: found, caller, ...(above === undefined ? {} : { chain: above }) });
      }
      above = found;
    }
    matched.set(id, above!);
  }
  return matched;
}

/**
 * Finds the topology's edge of the same caller, callee and operation for each call of a behaviour.
 * @param adds whether a call of this API that the topology lacks is added to it
 * @param say told of calls whose callee the topology lacks
 */
export function matchEdges(
  topology: Topology,
  behaviour: Behaviour,
  adds: (caller: string) => boolean,
  say: (sentence: string) => void,
): BehaviourMatch["edges"] {
  const { apis, edges } = topology;
  const serviceOf = new Map(apis.map(({ id, service }) => [id, service]));
  const key = ({ caller, callee, operation }: Pick<Edge, "caller" | "callee" | "operation">) =>
    JSON.stringify([caller, callee, operation ?? null]);
  const known = new Map(edges.map((edge) => [key(edge), edge]));
  const nextId = freeIds("e", edges);
  const matched = new Map<string, Edge>();
  for (const call of behaviour.calls) {
    const { id, caller, callee, operation } = call;
    let edge = known.get(key(call));
    if (edge === undefined) {
      if (!adds(caller)) continue;
      if (!serviceOf.has(callee)) {
        say(`${callee} is not in this topology: calls to it are left out`);
        continue;
      }
      const kind = serviceOf.get(caller) === serviceOf.get(callee) ? "local" : "remote";
      const named = operation === undefined ? {} : { operation };
      edge = { id: nextId(), caller, callee, kind, ...named, calls: 0, asynchronous: 0 };
      edges.push(edge);
    }
    matched.set(id, edge);
  }
  return matched;
}

/** Ids with a prefix and a number that no item has, one after the other. */
function freeIds(prefix: string, items: readonly { id: string }[]): () => string {
  const taken = new Set(items.map(({ id }) => id));
  let number = items.length;
  return () => {
    let id: string;
    do id = `${prefix}${++number}`;
    while (taken.has(id));
    return id;
  };
}
