import type { CountProbability, Pfa } from "../../lib/topology/topology.ts";

/**
 * Expected calls of each edge in one execution, in closed form: the automaton is an absorbing Markov chain, whose
 * expected visits v solve v = e(start) + v Q (Kemeny and Snell, "Finite Markov Chains", 3.2); each visit makes its
 * calls. Rows of the given caller are used where there are some.
 */
export function expectedCalls(pfa: Pfa, caller?: string): Map<string, number> {
  const transient = pfa.states.filter(({ id }) => id !== "finish");
  const index = new Map(transient.map(({ id }, i) => [id, i]));
  // Rows of (I - Q)ᵀ | e(start).
  const system = transient.map((state, i) => [
    ...transient.map((_, j) => (i === j ? 1 : 0)),
    state.id === "start" ? 1 : 0,
  ]);
  for (const { id } of transient) {
    const rows = pfa.transitions.filter((row) => row.from === id);
    const row = rows.find(({ given }) =>
      Object.entries(given).every(([name, value]) => name === "caller" && value === caller),
    );
    for (const { state, probability } of row?.to ?? []) {
      if (state !== "finish") (system[index.get(state) as number] as number[])[index.get(id) as number]! -= probability;
    }
  }
  const visits = solve(system);
  const calls = new Map<string, number>();
  for (const [i, state] of transient.entries()) {
    for (const call of state.calls) {
      const n = (visits[i] as number) * mean(state.repeat) * call.probability * mean(call.count);
      calls.set(call.edge, (calls.get(call.edge) ?? 0) + n);
    }
  }
  return calls;
}

function mean(counts: readonly CountProbability[] | undefined): number {
  return counts ? counts.reduce((sum, { count, probability }) => sum + count * probability, 0) : 1;
}

/** Gauss-Jordan elimination with pivoting of n rows of n coefficients and a right side. */
function solve(rows: number[][]): number[] {
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let r = column; r < n; r++) if (Math.abs(rows[r]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = r;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const top = rows[column]!;
    for (let r = 0; r < n; r++) {
      const factor = rows[r]![column]! / top[column]!;
      if (r === column || factor === 0) continue;
      for (let c = column; c <= n; c++) rows[r]![c]! -= factor * top[c]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
