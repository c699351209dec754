import type { Table } from "../topology/topology.ts";
import { probabilityBelow } from "./tableDistance.ts";

/** Values at which distribution functions are compared, at most about. */
const mostPoints = 400;

/** A table that may be kept: how many of its observations each table that serves now would lose to it, by slot. */
export interface Candidate {
  slot: string;
  table: Pick<Table, "n" | "values">;
  taken: ReadonlyMap<string, number>;
}

/** A distribution function at each of some points, of at most that and of less, times the number of observations. */
type Sums = Float64Array;

/**
 * Chooses the contexts of one quantity that need a table of their own, set by set. A context is compared with what serves
 * its observations now, a mixture of tables without what has been taken out of them before, and the furthest is kept
 * first: so a few slow contexts among many fast ones are told apart, and do not stay in the table of the others.
 */
export class ContextChoice {
  private readonly points: number[];
  /** What is left of each kept table. */
  private readonly rests = new Map<string, { n: number; sums: Sums }>();

  /**
   * @param root the slot and table of all observations
   * @param samples tables of the contexts to come, whose values say where distribution functions may differ
   */
  constructor(
    private readonly grid: readonly number[],
    root: { slot: string; table: Pick<Table, "n" | "values"> },
    samples: readonly Pick<Table, "values">[] = [],
  ) {
    const each = Math.max(1, Math.floor(mostPoints / Math.max(1, samples.length)));
    const some = samples.flatMap(({ values }) =>
      values.filter((_, index) => index % Math.ceil(values.length / each) === 0),
    );
    const step = Math.ceil(some.length / mostPoints);
    this.points = [...new Set([...root.table.values, ...some.filter((_, index) => index % step === 0)])];
    this.rests.set(root.slot, { n: root.table.n, sums: this.sums(root.table) });
  }

  /**
   * @param candidates contexts that share no observation
   * @param farEnough distance (Kolmogorov-Smirnov) times √n from which on a context is told apart
   * @returns the slots of those kept
   */
  choose(candidates: readonly Candidate[], farEnough: number): Set<string> {
    const kept = new Set<string>();
    const sums = candidates.map(({ table }) => this.sums(table));
    const score = (index: number) => {
      const { table, taken } = candidates[index]!;
      const parts = [...taken].map(([slot, n]) => ({ n, rest: this.rests.get(slot)! }));
      // What takes all that is left of a table would only stand in its place.
      if (parts.every(({ n, rest }) => rest.n <= n)) return 0;
      const own = sums[index]!;
      let distance = 0;
      for (let at = 0; at < own.length; at++) {
        let served = 0;
        for (const { n, rest } of parts) served += n * Math.min(1, Math.max(0, rest.sums[at]! / rest.n));
        distance = Math.max(distance, Math.abs(own[at]! - served) / table.n);
      }
      return distance * Math.sqrt(table.n);
    };
    const scores = candidates.map((_, index) => score(index));
    const order = [...candidates.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);
    for (let changed = true; changed; ) {
      changed = false;
      for (const index of order) {
        const { slot, table, taken } = candidates[index]!;
        if (kept.has(slot) || score(index) <= farEnough) continue;
        kept.add(slot);
        changed = true;
        for (const [other, n] of taken) {
          const rest = this.rests.get(other)!;
          rest.n -= n;
          for (let at = 0; at < rest.sums.length; at++) rest.sums[at]! -= (sums[index]![at]! * n) / table.n;
        }
        this.rests.set(slot, { n: table.n, sums: sums[index]! });
      }
    }
    return kept;
  }

  private sums(table: Pick<Table, "n" | "values">): Sums {
    const found = new Float64Array(2 * this.points.length);
    for (const [at, x] of this.points.entries()) {
      found[2 * at] = table.n * probabilityBelow(this.grid, table, x);
      found[2 * at + 1] = table.n * probabilityBelow(this.grid, table, x, true);
    }
    return found;
  }
}
