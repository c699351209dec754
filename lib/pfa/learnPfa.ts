import type { PfaLearning } from "../topology/topology.ts";
import type { Automaton } from "./automaton.ts";
import { visitsOf } from "./automaton.ts";
import { type Coarsening, coarsenStages } from "./coarsenStages.ts";
import { type HeldOut, heldOutLikelihood, meanAndError } from "./heldOutLikelihood.ts";
import { mergeStates } from "./mergeStates.ts";
import { prefixTree } from "./prefixTree.ts";
import type { Walk } from "./walk.ts";

/** ALERGIA thresholds that compete; the prefix tree itself is the first competitor. */
const thresholds = [0.5, 0.05, 0.005, 0.0005];
/** With at most this many distinct walks the prefix tree is small enough to be kept exact. */
const fewWalks = 24;
/** Prefix trees of more states are not kept: merging is all that competes. */
const mostStates = 2000;

export interface LearnedPfa {
  automaton: Automaton;
  symbolOf: Map<string, string>;
  learning: PfaLearning;
}

/**
 * Learns an API's automaton from its distinct walks. With few walks it is their exact prefix tree. With many, trees
 * over coarser symbols and their merges compete by two-fold held-out likelihood: the one with the fewest states among
 * those within one standard error of the best wins.
 */
export function learnPfa(walks: readonly Walk[]): LearnedPfa {
  const executions = walks.reduce((sum, walk) => sum + weight(walk), 0);
  const build = (coarsening: Coarsening) => {
    const symbolOf = coarsenStages(walks, coarsening);
    const sequences = walks.map((walk) => ({
      symbols: visitsOf(walk.stages, symbolOf).map((visit) => visit.symbol),
      n: weight(walk),
    }));
    return { symbolOf, tree: prefixTree(sequences) };
  };
  const exact = build("exact");
  const learning: PfaLearning = {
    walks: walks.length,
    executions,
    treeStates: exact.tree.symbols.length,
    threshold: "exact",
    heldOut: null,
  };
  if (walks.length <= fewWalks) {
    const held = executions > 1 ? heldOutLikelihood(exact.tree, walks, exact.symbolOf).mean : null;
    return { automaton: exact.tree, symbolOf: exact.symbolOf, learning: { ...learning, heldOut: held } };
  }

  const candidates: {
    automaton: Automaton;
    symbolOf: Map<string, string>;
    threshold: number | "exact";
    held: HeldOut;
  }[] = [];
  for (const coarsening of ["exact", "support", "similar"] as const) {
    const { symbolOf, tree } = coarsening === "exact" ? exact : build(coarsening);
    const compete = (automaton: Automaton, threshold: number | "exact") =>
      candidates.push({ automaton, symbolOf, threshold, held: heldOutLikelihood(automaton, walks, symbolOf) });
    if (tree.symbols.length <= mostStates) compete(tree, "exact");
    for (const threshold of thresholds) compete(mergeStates(tree, threshold), threshold);
  }
  const best = candidates.reduce((a, b) => (b.held.mean > a.held.mean ? b : a));
  const asGood = candidates.filter((candidate) => {
    const losses = best.held.walks.map((score, i) => score - candidate.held.walks[i]);
    const loss = meanAndError(losses, best.held.weights);
    return loss.mean <= loss.standardError;
  });
  const chosen = asGood.reduce((a, b) => (b.automaton.symbols.length < a.automaton.symbols.length ? b : a), best);
  return {
    automaton: chosen.automaton,
    symbolOf: chosen.symbolOf,
    learning: { ...learning, threshold: chosen.threshold, heldOut: chosen.held.mean },
  };
}

function weight(walk: Walk): number {
  return walk.counts.reduce((sum, { folds }) => sum + folds[0] + folds[1], 0);
}
