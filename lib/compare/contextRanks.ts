import type { ExecutionParts } from "./executionParts.ts";

/**
 * Groups rows of one API by their context, which is the caller and the calls made.
 * @param rows rows of `parts`
 * @returns rows by context
 */
export function byContext({ caller, made }: ExecutionParts, rows: readonly number[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = `${caller[row]} ${made[row]}`;
    const known = groups.get(key);
    if (known) known.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/**
 * The rank of a quantity among executions of the same API in the same context, 0 to 1, ties at their middle: what the
 * context does not explain. NaN where a context has fewer than 5 executions.
 * @param value the quantity of each row
 * @returns a rank for each row
 */
export function contextRanks(parts: ExecutionParts, value: Float64Array): Float64Array {
  const ranks = new Float64Array(parts.length).fill(Number.NaN);
  for (const rows of parts.rows.values()) {
    for (const group of byContext(parts, rows).values()) {
      if (group.length < 5) continue;
      const sorted = group.toSorted((a, b) => value[a]! - value[b]!);
      for (let from = 0, to = 0; from < sorted.length; from = to) {
        while (to < sorted.length && value[sorted[to]!] === value[sorted[from]!]) to++;
        const rank = (from + to) / 2 / sorted.length;
        for (let index = from; index < to; index++) ranks[sorted[index]!] = rank;
      }
    }
  }
  return ranks;
}
