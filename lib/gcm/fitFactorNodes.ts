import type { GcmNode } from "../topology/topology.ts";
import type { Dataset } from "../traces/dataset.ts";
import { fitFactors } from "./fitFactors.ts";
import type { ParentClass } from "./fitParentClass.ts";
import { counted, type NodeDecision } from "./nodeDecision.ts";
import { readNormalScores } from "./readNormalScores.ts";

/** Loadings below this are left out: they move a rank by less than sampling does. */
const least = 0.02;

/** The exogenous factors of a topology, and what ties nodes to them. */
export interface FactorNodes {
  nodes: GcmNode[];
  decision?: NodeDecision;
  /** Gives an `own_time` node of an API, or a `network` node of an edge, its loadings and parents. */
  load(node: GcmNode, number: number): GcmNode;
}

/** No factors at all. */
export const noFactors: FactorNodes = { nodes: [], load: (node) => node };

/**
 * Fits trace factors to the table `fitted` of a data set (see fitTopology) and names them f1, f2, …
 * @param classes what the class of the caller's rank says already, and factors need not
 */
export async function fitFactorNodes(dataset: Dataset, classes: ParentClass): Promise<FactorNodes> {
  const scores = await readNormalScores(dataset, classes);
  const { loadings, ...gain } = fitFactors(scores);
  const count = loadings[0]?.length ?? 0;
  const ids = Array.from({ length: count }, (_, factor) => `f${factor + 1}`);
  const byNode = new Map(scores.nodes.map(({ kind, number }, index) => [`${kind} ${number}`, loadings[index]]));
  const reason = `${counted(scores.fold.length, "trace")} with times that vary are too few to tell`;
  return {
    decision: { found: count === 0 ? "" : counted(count, "factor"), ...(gain.gain === undefined ? { reason } : gain) },
    nodes: ids.map((id) => ({ id, kind: "factor", parents: [], unit: "normal" })),
    load(node, number) {
      const found = byNode.get(`${node.kind} ${number}`) ?? [];
      const kept = ids.flatMap((id, factor) =>
        Math.abs(found[factor] ?? 0) < least ? [] : [[id, Number(found[factor].toFixed(3))] as const],
      );
      if (kept.length === 0) return node;
      return {
        ...node,
        parents: [...node.parents, ...kept.map(([id]) => id)],
        loadings: Object.fromEntries(kept),
      };
    },
  };
}
