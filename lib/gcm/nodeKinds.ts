/**
 * The kinds of nodes that a fit may add to the bare model, in which own time depends on the path alone:
 * - `context`: own time, and the choice of the path, depend on the caller, and on the chain of its callers;
 * - `scenario`: what executions call, and how long their own times are for it, depend on which kind of trace it is;
 * - `regime`: ranks of own and network times depend on what goes on while the trace runs, such as a fault;
 * - `parent-class`: the rank of an own time depends on the class of its caller's rank;
 * - `factors`: exogenous factors of a trace tie the ranks of its own times together;
 * - `load`: paths, own times and network times depend on the load at which the trace began.
 */
export const nodeKinds = ["context", "scenario", "regime", "parent-class", "factors", "load"] as const;

export type NodeKind = (typeof nodeKinds)[number];

/** The nodes of a fit that is told nothing else. */
export const defaultNodes: readonly NodeKind[] = ["context", "scenario", "parent-class", "factors"];

/**
 * The nodes named, each once and in the order of `nodeKinds`.
 * @throws Error of one line for a name that is none of them
 */
export function chosenNodes(names: readonly string[]): NodeKind[] {
  for (const name of names) {
    if (!(nodeKinds as readonly string[]).includes(name)) {
      throw new Error(`fit: ${JSON.stringify(name)} is no kind of node; valid are ${nodeKinds.join(", ")}`);
    }
  }
  return nodeKinds.filter((kind) => names.includes(kind));
}
