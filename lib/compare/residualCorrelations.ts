import { contextRanks } from "./contextRanks.ts";
import type { ExecutionParts } from "./executionParts.ts";

/** What the residual of an execution's own time may go along with. */
export const companions = ["calls", "parent", "siblings", "trace", "time"] as const;

export type Companion = (typeof companions)[number];

/** A rank correlation, −1 to 1, over n pairs; null where there are too few pairs, or nothing varies. */
export interface Correlation {
  rho: number | null;
  n: number;
}

/** Below this many pairs a correlation says nothing. */
const fewest = 30;

/**
 * How the residual of own time (its rank among executions in the same context, see contextRanks) of one API goes along
 * with that of others:
 * - `calls`: the rank of what the same execution waited for;
 * - `parent`: the residual of the execution that called it;
 * - `siblings`: the residual of the call that the same execution made just before;
 * - `trace`: the mean residual of the rest of the trace, that is neither parent, sibling nor child;
 * - `time`: the residual of the API's execution in another trace that started just before.
 * @param own residuals of own time; @param calls residuals of what was waited for
 */
export function residualCorrelations(
  parts: ExecutionParts,
  api: number,
  { own, calls }: { own: Float64Array; calls: Float64Array },
): Record<Companion, Correlation> {
  const { parent, trace, start } = parts;
  const rows = parts.rows.get(api) ?? [];
  const traces = meansOfTraces(parts, own);
  const before = siblingsBefore(parts, rows);
  const pairs: Record<Companion, [number[], number[]]> = {
    calls: [[], []],
    parent: [[], []],
    siblings: [[], []],
    trace: [[], []],
    time: [[], []],
  };
  const add = (companion: Companion, x: number, y: number) => {
    if (Number.isNaN(x) || Number.isNaN(y)) return;
    pairs[companion][0].push(x);
    pairs[companion][1].push(y);
  };
  for (const row of rows) {
    const residual = own[row]!;
    if (parts.calls[row]! > 0) add("calls", residual, calls[row]!);
    if (parent[row]! >= 0) add("parent", residual, own[parent[row]!]!);
    const sibling = before.get(row);
    if (sibling !== undefined) add("siblings", residual, own[sibling]!);
    add("trace", residual, traces.rest(row));
  }
  const inTime = rows.toSorted((a, b) => start[a]! - start[b]! || a - b);
  for (let index = 1; index < inTime.length; index++) {
    const [earlier, later] = [inTime[index - 1]!, inTime[index]!];
    if (trace[earlier] !== trace[later]) add("time", own[later]!, own[earlier]!);
  }
  return Object.fromEntries(companions.map((companion) => [companion, correlation(...pairs[companion])])) as Record<
    Companion,
    Correlation
  >;
}

/** The residuals that `residualCorrelations` takes. */
export function residuals(parts: ExecutionParts): { own: Float64Array; calls: Float64Array } {
  return { own: contextRanks(parts, parts.own), calls: contextRanks(parts, parts.calls) };
}

/** For each of the rows that has one, the row of the call that its parent made just before. */
function siblingsBefore({ parent, start, length }: ExecutionParts, rows: readonly number[]): Map<number, number> {
  const parents = new Map<number, number[]>();
  for (const row of rows) if (parent[row]! >= 0) parents.set(parent[row]!, []);
  for (let row = 0; row < length; row++) parents.get(parent[row]!)?.push(row);
  const before = new Map<number, number>();
  for (const children of parents.values()) {
    const ordered = children.sort((a, b) => start[a]! - start[b]! || a - b);
    for (let index = 1; index < ordered.length; index++) before.set(ordered[index]!, ordered[index - 1]!);
  }
  return before;
}

/** The mean residual of a trace's executions outside the family of one. */
function meansOfTraces({ trace, parent, length }: ExecutionParts, own: Float64Array) {
  const sums = (keyOf: (row: number) => number) => {
    const found = new Map<number, { sum: number; n: number }>();
    for (let row = 0; row < length; row++) {
      if (Number.isNaN(own[row]!)) continue;
      const key = keyOf(row);
      const known = found.get(key) ?? { sum: 0, n: 0 };
      found.set(key, { sum: known.sum + own[row]!, n: known.n + 1 });
    }
    return found;
  };
  const whole = sums((row) => trace[row]!);
  // Children by their parent; entry executions are under a key of their own, and have no siblings.
  const families = sums((row) => (parent[row]! >= 0 ? parent[row]! : -1 - row));
  const none = { sum: 0, n: 0 };
  return {
    rest(row: number): number {
      const above = parent[row]!;
      const siblings = families.get(above >= 0 ? above : -1 - row) ?? none;
      const children = families.get(row) ?? none;
      const callers = above >= 0 && !Number.isNaN(own[above]!) ? { sum: own[above]!, n: 1 } : none;
      const all = whole.get(trace[row]!) ?? none;
      const n = all.n - siblings.n - children.n - callers.n;
      return n > 0 ? (all.sum - siblings.sum - children.sum - callers.sum) / n : Number.NaN;
    },
  };
}

function correlation(x: number[], y: number[]): Correlation {
  const n = x.length;
  if (n < fewest) return { rho: null, n };
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let index = 0; index < n; index++) {
    const [dx, dy] = [x[index]! - meanX, y[index]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return { rho: xx > 1e-12 && yy > 1e-12 ? xy / Math.sqrt(xx * yy) : null, n };
}
