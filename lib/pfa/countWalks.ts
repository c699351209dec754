import { type Automaton, visitsOf } from "./automaton.ts";
import { callKey, type Walk } from "./walk.ts";

/** A histogram of small counts: count to frequency. */
export type Histogram = Map<number, number>;

/** Frequencies of one state of an automaton, gathered by replaying walks. */
export interface StateCounts {
  visits: number;
  /** Walks that finish here, and that go on by each symbol, for each context. */
  leaves: Map<number, { finish: number; next: Map<string, number> }>;
  /** How often the stage ran in a row. */
  repeats: Histogram;
  /** Stage runs in all, and for each call how often it ran with a multiplicity of 1, 2, … (0 is the rest). */
  runs: number;
  calls: Map<string, { edge: number; asynchronous: boolean; counts: Histogram }>;
}

/** Which walks count: both folds of cross-validation, or one. */
export type Fold = 0 | 1 | "both";

export function weightIn(folds: readonly [number, number], fold: Fold): number {
  return fold === "both" ? folds[0] + folds[1] : folds[fold];
}

/**
 * Replays walks through an automaton that accepts them all; throws when it does not.
 * @param context what `leaves` are told apart by: the caller, unless told
 */
export function countWalks(
  automaton: Automaton,
  walks: readonly Walk[],
  symbolOf: ReadonlyMap<string, string>,
  fold: Fold,
  context: (count: Walk["counts"][number]) => number = ({ caller }) => caller,
): StateCounts[] {
  const states = automaton.symbols.map(
    (): StateCounts => ({ visits: 0, leaves: new Map(), repeats: new Map(), runs: 0, calls: new Map() }),
  );
  for (const walk of walks) {
    const visits = visitsOf(walk.stages, symbolOf);
    for (const count of walk.counts) {
      const key = context(count);
      const n = weightIn(count.folds, fold);
      if (n === 0) continue;
      let state = 0;
      states[0].visits += n;
      for (const visit of visits) {
        const leaves = leave(states[state], key);
        leaves.next.set(visit.symbol, (leaves.next.get(visit.symbol) ?? 0) + n);
        const next = automaton.next[state].get(visit.symbol);
        if (next === undefined) throw new Error(`pfa: walk ${walk.id} has no transition from state ${state}`);
        state = next;
        const counts = states[state];
        counts.visits += n;
        add(counts.repeats, visit.repeats, n);
        for (const stage of visit.stages) {
          counts.runs += n * stage.repeats;
          for (const call of stage.calls) {
            const key = callKey(call);
            const known = counts.calls.get(key) ?? { ...call, counts: new Map() };
            counts.calls.set(key, known);
            add(known.counts, call.count, n * stage.repeats);
          }
        }
      }
      leave(states[state], key).finish += n;
    }
  }
  return states;
}

function leave(state: StateCounts, caller: number) {
  const leaves = state.leaves.get(caller) ?? { finish: 0, next: new Map() };
  state.leaves.set(caller, leaves);
  return leaves;
}

function add(histogram: Histogram, count: number, n: number) {
  histogram.set(count, (histogram.get(count) ?? 0) + n);
}
