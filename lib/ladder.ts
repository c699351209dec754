import { nodeKinds } from "./gcm/nodeKinds.ts";
import { judged, type RefitOptions, refit } from "./refit.ts";
import type { Topology } from "./topology/topology.ts";
import type { Dataset } from "./traces/dataset.ts";

/** A model of the ladder of ablations, and how far it is from the held-out half. */
export interface Rung {
  /** `noise floor`, `simple statistics`, `tables`, or `+ ` and the kind of node added last. */
  model: string;
  /** KS of entry executions, pooled, and of APIs, weighted by n. */
  root: number | null;
  api: number | null;
  /** Numbers in the topology's tables, loadings and transitions, for each API; null for what is no topology. */
  numbers: number | null;
}

/**
 * Fits ever richer models to the same split: tables of own time by path alone, then with each kind of node added in the
 * order of `nodeKinds`. What a kind buys is the difference to the rung above it.
 * @param kinds kinds in the order in which they are added
 */
export async function ladder(
  dataset: Dataset,
  options: Omit<RefitOptions, "nodes">,
  kinds: readonly string[] = nodeKinds,
): Promise<Rung[]> {
  const rungs: Rung[] = [];
  for (let count = 0; count <= kinds.length; count++) {
    const found = await refit(dataset, { ...options, nodes: kinds.slice(0, count) });
    const { root, api } = judged(found);
    if (count === 0) {
      rungs.push({ model: "noise floor", root: root.floor, api: api.floor, numbers: null });
      rungs.push({ model: "simple statistics", root: root.simple, api: api.simple, numbers: null });
    }
    const model = count === 0 ? "tables" : `+ ${kinds[count - 1]}`;
    rungs.push({ model, root: root.gcm, api: api.gcm, numbers: numbersOf(found.topology) });
  }
  return rungs;
}

/** Numbers that a topology holds in the models of its APIs, for each API. */
function numbersOf({ apis }: Topology): number {
  let numbers = 0;
  const count = (value: unknown): void => {
    if (typeof value === "number") numbers++;
    else if (value && typeof value === "object") for (const each of Object.values(value)) count(each);
  };
  for (const { gcm, pfa } of apis) {
    for (const { parents: _, ...node } of gcm.nodes) count(node);
    count(pfa.transitions);
  }
  return apis.length === 0 ? 0 : numbers / apis.length;
}
