import { meanCount } from "../gcm/meanCount.ts";
import type { Pfa } from "../topology/topology.ts";

/** Mean calls an execution by edge, and how many of them are not waited for. */
export type ExpectedCalls = Map<string, { calls: number; asynchronous: number }>;

/** Rounds of visits until those of any automaton that finishes have settled. */
const rounds = 10_000;

/** Mean number of calls that an execution makes along each edge, in contexts without rows of their own. */
export function expectedCalls(pfa: Pfa): ExpectedCalls {
  const rows = new Map(
    pfa.transitions.filter(({ given }) => Object.keys(given).length === 0).map((row) => [row.from, row.to]),
  );
  const visits = new Map<string, number>();
  let moving = new Map([["start", 1]]);
  for (let round = 0; round < rounds && moving.size > 0; round++) {
    const next = new Map<string, number>();
    for (const [state, mass] of moving) {
      visits.set(state, (visits.get(state) ?? 0) + mass);
      for (const { state: to, probability } of rows.get(state) ?? []) {
        const moved = mass * probability;
        if (moved > 1e-12) next.set(to, (next.get(to) ?? 0) + moved);
      }
    }
    moving = next;
  }
  const expected: ExpectedCalls = new Map();
  for (const { id, repeat, calls } of pfa.states) {
    for (const { edge, probability, count, asynchronous } of calls) {
      const made = (visits.get(id) ?? 0) * meanCount(repeat) * probability * meanCount(count);
      const known = expected.get(edge) ?? { calls: 0, asynchronous: 0 };
      expected.set(edge, { calls: known.calls + made, asynchronous: known.asynchronous + (asynchronous ? made : 0) });
    }
  }
  return expected;
}
