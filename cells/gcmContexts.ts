import { quantile } from "../lib/gcm/quantile.ts";
import type { Topology } from "../lib/topology/topology.ts";

/** The distribution of a node under one context. */
export interface GcmContext {
  /** Values of the node's parents; a parent that is missing may have any value. */
  given: Record<string, string>;
  /** Observations. */
  n: number;
  /** In the node's unit: µs for times. */
  median: number;
  p99: number;
}

/** A node of a causal model with its distributions, most observations first, the one for any other context last. */
export interface GcmContexts {
  /** The parents that the distributions depend on, in order of their names. */
  parents: string[];
  contexts: GcmContext[];
}

/**
 * Lists what a node of an API's causal model depends on, and how.
 * @param nodeId such as `own_time`
 */
export function gcmContexts(topology: Topology, apiId: string, nodeId = "own_time"): GcmContexts {
  const api = topology.apis.find((one) => one.id === apiId);
  if (!api) throw new Error(`unknown API: ${apiId}`);
  const tables = api.gcm.nodes.find((node) => node.id === nodeId)?.tables ?? [];
  const parents = [...new Set(tables.flatMap(({ given }) => Object.keys(given)))].sort();
  const contexts = tables.map((table) => ({
    given: table.given,
    n: table.n,
    median: quantile(topology.quantileGrid, table, 0.5),
    p99: quantile(topology.quantileGrid, table, 0.99),
  }));
  const size = (context: GcmContext) => Object.keys(context.given).length;
  return { parents, contexts: contexts.sort((a, b) => size(b) - size(a) || b.n - a.n) };
}
