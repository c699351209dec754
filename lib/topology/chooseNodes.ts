import { defaultNodes, type NodeKind, nodeKinds } from "../gcm/nodeKinds.ts";
import type { NodeFinding, Topology } from "./topology.ts";

/**
 * What a number has to earn for its place in the file: nats of held-out likelihood of all traces together. What it costs to
 * fit numbers to chance is in that likelihood already, so that this is less than the nat of Akaike's criterion.
 */
const price = 0.25;

/**
 * Chooses the kinds of nodes of a model by held-out score with a penalty on size: of all that are tried those stay whose
 * gain in held-out log-likelihood, over all traces, is above the price of the numbers that they add. What pays least goes
 * first, and the rest is fitted anew. Kinds that found nothing cost nothing; callers stay wherever they tell something, as in the paper.
 * @param fitted fits with some kinds of nodes, and says in the provenance what each bought
 * @param asked kinds that are kept whatever they cost
 */
export async function chooseNodes(
  fitted: (nodes: readonly NodeKind[]) => Promise<Topology>,
  asked: readonly NodeKind[] = [],
): Promise<Topology> {
  const free: readonly string[] = ["context", ...asked];
  let kinds = nodeKinds.filter((kind) => defaultNodes.includes(kind) || asked.includes(kind));
  const left: NodeFinding[] = [];
  for (;;) {
    const topology = await fitted(kinds);
    const found = topology.provenance.nodes ?? [];
    const traces = topology.workload.mix.reduce((sum, { executions }) => sum + executions, 0);
    const dear = found
      .filter(({ node, kept, gain }) => kept && gain !== undefined && !free.includes(node))
      .map((finding) => ({ finding, profit: finding.gain! * traces - price * finding.numbers }))
      .filter(({ profit }) => !(profit > 0))
      .sort((a, b) => a.profit - b.profit)[0]?.finding;
    if (dear === undefined) {
      const place = ({ node }: NodeFinding) => nodeKinds.indexOf(node as NodeKind);
      const nodes = [...found, ...left].sort((a, b) => place(a) - place(b));
      return { ...topology, provenance: { ...topology.provenance, nodes } };
    }
    const { node, gain, numbers } = dear;
    const earned = `${(gain! * traces).toFixed(1)} nats of held-out log-likelihood`;
    const why = `left out: ${numbers} numbers would earn ${earned} in ${traces} traces, fewer than ${price} each`;
    left.push({ ...dear, kept: false, why, numbers: 0 });
    kinds = kinds.filter((kind) => kind !== node);
  }
}
