import type { NodeDecision } from "../gcm/nodeDecision.ts";
import type { Api, NodeFinding, Topology } from "./topology.ts";

/**
 * Says of each kind of nodes whether the topology has it, why, what it bought in held-out likelihood, and how many numbers
 * it adds.
 * @param kinds kinds of nodes that were fitted
 */
export function nodeFindings(
  { apis }: Pick<Topology, "apis">,
  kinds: readonly string[],
  decisions: Readonly<Partial<Record<string, NodeDecision>>>,
): NodeFinding[] {
  return kinds.map((node) => {
    const numbers = apis.reduce((sum, api) => sum + numbersOf(api, node), 0);
    const decision = decisions[node] ?? { found: "" };
    const gain = decision.gain === undefined ? {} : { gain: Number(decision.gain.toPrecision(4)) };
    return { node, kept: numbers > 0, why: whyOf(numbers, decision), ...gain, numbers };
  });
}

function whyOf(numbers: number, { found, gain, error, reason }: NodeDecision): string {
  if (numbers === 0 && found !== "") return `left out: of ${found}, nothing depends by more than chance`;
  if (found === "")
    return `left out: ${reason ?? `held-out traces become no likelier by more than chance${figure(gain, error)}`}`;
  const cost = `${numbers} ${numbers === 1 ? "number" : "numbers"}`;
  return gain === undefined
    ? `${found}: ${cost}`
    : `${found}: held-out log-likelihood ${signed(gain, error)} a trace, ${cost}`;
}

function figure(gain: number | undefined, error: number | undefined): string {
  return gain === undefined ? "" : ` (${signed(gain, error)} nats a trace)`;
}

function signed(gain: number, error: number | undefined): string {
  const spread = error === undefined ? "" : ` ± ${error.toFixed(3)}`;
  return `${gain < 0 ? "−" : "+"}${Math.abs(gain).toFixed(3)}${spread}`;
}

/** Names by which tables, densities and rows depend on a kind of nodes, where it is not their own. */
const parents: Partial<Record<string, readonly string[]>> = {
  context: ["caller", "chain"],
  "parent-class": ["caller.rank"],
};

/** Numbers of an API's model that would not be there without a kind of nodes. */
function numbersOf({ gcm, pfa }: Api, node: string): number {
  const depends = ({ given }: { given: Record<string, string> }) =>
    (parents[node] ?? [node]).some((name) => name in given);
  const sum = <Row>(rows: readonly Row[], size: (row: Row) => number) => rows.reduce((all, row) => all + size(row), 0);
  return (
    sum(gcm.nodes, ({ tables = [], ranks = [], regimeRanks = [], loadings = {} }) => {
      // A density that names its caller is one of the class of the caller's rank.
      const densities = node === "context" ? [] : ranks.filter(depends);
      return (
        sum(tables.filter(depends), ({ values }) => values.length) +
        sum(densities, ({ weights }) => weights.length) +
        sum(node === "regime" ? regimeRanks : [], ({ weights }) => weights.length) +
        (node === "factors" ? Object.keys(loadings).length : 0)
      );
    }) + sum(pfa.transitions.filter(depends), ({ to }) => to.length)
  );
}
