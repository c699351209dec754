import type { Automaton } from "./automaton.ts";

/** A prefix tree with counts: an automaton in which every state stands for one prefix of the walks. */
export interface PrefixTree extends Automaton {
  /** Walks that pass through each state. */
  visits: number[];
  /** Walks that finish in each state. */
  finishes: number[];
}

/** Builds the prefix tree acceptor of weighted symbol sequences. */
export function prefixTree(sequences: readonly { symbols: readonly string[]; n: number }[]): PrefixTree {
  const tree: PrefixTree = { symbols: [""], next: [new Map()], visits: [0], finishes: [0] };
  for (const { symbols, n } of sequences) {
    let state = 0;
    tree.visits[0] += n;
    for (const symbol of symbols) {
      let child = tree.next[state].get(symbol);
      if (child === undefined) {
        child = tree.symbols.length;
        tree.symbols.push(symbol);
        tree.next.push(new Map());
        tree.visits.push(0);
        tree.finishes.push(0);
        tree.next[state].set(symbol, child);
      }
      tree.visits[child] += n;
      state = child;
    }
    tree.finishes[state] += n;
  }
  return tree;
}
