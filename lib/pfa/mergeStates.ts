import type { Automaton } from "./automaton.ts";
import { LargestFirst } from "./largestFirst.ts";
import type { PrefixTree } from "./prefixTree.ts";

/** Pairs of states that a comparison of two futures looks at, the nearest and so most frequent ones first. */
const farthest = 1000;

/**
 * Merges states of a prefix tree whose futures cannot be told apart: ALERGIA (Carrasco and Oncina, 1994) in the
 * red-blue order, most visited first. Only states entered by the same symbol merge, since a state makes calls. Two
 * frequencies differ when |f1/n1 − f2/n2| > (√(1/n1) + √(1/n2)) · √(½ ln(2/epsilon)) (Hoeffding); the larger epsilon
 * (0 to 2), the fewer merges.
 */
export function mergeStates(tree: PrefixTree, epsilon: number): Automaton {
  const merging = new Merging(tree, Math.sqrt(0.5 * Math.log(2 / epsilon)));
  const red = merging.run();
  const number = new Map(red.map((state, index) => [state, index]));
  return {
    symbols: red.map((state) => tree.symbols[state]),
    next: red.map(
      (state) => new Map([...merging.next[state]].map(([symbol, child]) => [symbol, number.get(child) as number])),
    ),
  };
}

/**
 * Red states are kept; blue ones are the other states that a red state leads to, each the root of a tree that nothing
 * else leads into. Walks may be tens of thousands of stages long, hence lists of pairs instead of recursion.
 */
class Merging {
  readonly next: Map<string, number>[];
  #visits: number[];
  #finishes: number[];
  /** How many walks leave a state by a symbol; a merged target's visits would count other ways in. */
  #flows: Map<string, number>[];
  #parent: number[];
  #colour: ("red" | "blue" | undefined)[];
  #waiting = new LargestFirst();

  constructor(
    private readonly tree: PrefixTree,
    private readonly bound: number,
  ) {
    this.#visits = [...tree.visits];
    this.#finishes = [...tree.finishes];
    this.next = tree.next.map((map) => new Map(map));
    this.#flows = tree.next.map((map) => new Map([...map].map(([symbol, child]) => [symbol, tree.visits[child]])));
    this.#parent = tree.symbols.map(() => -1);
    for (const [state, map] of tree.next.entries()) for (const child of map.values()) this.#parent[child] = state;
    this.#colour = tree.symbols.map(() => undefined);
  }

  /** Merges until no state is blue; returns the red states in the order in which they were found. */
  run(): number[] {
    const red: number[] = [];
    const redBySymbol = new Map<string, number[]>();
    const keep = (state: number) => {
      red.push(state);
      const others = redBySymbol.get(this.tree.symbols[state]);
      if (others) others.push(state);
      else redBySymbol.set(this.tree.symbols[state], [state]);
      this.#colour[state] = "red";
      for (const child of this.next[state].values()) this.#wait(child);
    };
    keep(0);
    for (let first = this.#waiting.pop(); first !== undefined; first = this.#waiting.pop()) {
      const { state, visits } = first;
      if (this.#colour[state] !== "blue" || this.#visits[state] !== visits) continue;
      const symbol = this.tree.symbols[state];
      const target = redBySymbol.get(symbol)?.find((candidate) => this.#compatible(candidate, state));
      if (target === undefined) keep(state);
      else {
        this.next[this.#parent[state]].set(symbol, target);
        this.#fold(target, state);
      }
    }
    return red;
  }

  #wait(state: number) {
    this.#colour[state] = "blue";
    this.#waiting.push(state, this.#visits[state]);
  }

  #compatible(a: number, b: number): boolean {
    const pairs = [[a, b]];
    for (const [left, right] of pairs) {
      if (this.#differ(this.#finishes[left], left, this.#finishes[right], right)) return false;
      for (const [symbol, child] of this.next[left]) {
        if (this.#differ(this.#flow(left, symbol), left, this.#flow(right, symbol), right)) return false;
        const other = this.next[right].get(symbol);
        if (other !== undefined && other !== child && pairs.length < farthest) pairs.push([child, other]);
      }
      for (const symbol of this.next[right].keys()) {
        if (!this.next[left].has(symbol) && this.#differ(0, left, this.#flow(right, symbol), right)) return false;
      }
    }
    return true;
  }

  #differ(count: number, state: number, otherCount: number, other: number): boolean {
    const [n, otherN] = [this.#visits[state], this.#visits[other]];
    return Math.abs(count / n - otherCount / otherN) > (Math.sqrt(1 / n) + Math.sqrt(1 / otherN)) * this.bound;
  }

  #flow(state: number, symbol: string): number {
    return this.#flows[state].get(symbol) ?? 0;
  }

  /** Adds the tree below `b` to `a` and what `a` leads to. */
  #fold(a: number, b: number) {
    const pairs = [[a, b]];
    for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
      const [into, from] = pair;
      this.#visits[into] += this.#visits[from];
      this.#finishes[into] += this.#finishes[from];
      this.#colour[from] = undefined;
      if (this.#colour[into] === "blue") this.#wait(into);
      for (const [symbol, child] of this.next[from]) {
        this.#flows[into].set(symbol, this.#flow(into, symbol) + this.#flow(from, symbol));
        const known = this.next[into].get(symbol);
        if (known !== undefined) pairs.push([known, child]);
        else {
          this.next[into].set(symbol, child);
          this.#parent[child] = into;
          if (this.#colour[into] === "red") this.#wait(child);
        }
      }
    }
  }
}
