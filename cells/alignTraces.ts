import { criticalSegments } from "./criticalSegments.ts";
import type { WaterfallRow } from "./waterfallRows.ts";

/** A call of one trace or the same call in both: indexes of its rows, null where a trace lacks it. */
export interface AlignedCall {
  a: number | null;
  b: number | null;
  /** Calls above it. */
  depth: number;
}

/** What two traces have of one API. Times are µs. */
export interface ApiDifference {
  service: string;
  api: string;
  /** Executions. */
  callsA: number;
  callsB: number;
  /** Time on the critical path. */
  criticalA: number;
  criticalB: number;
  /** What the second trace owes to it more than the first; these add up to the difference of the latencies. */
  difference: number;
}

/**
 * Aligns two traces by their call structure: roots go together, and below two calls that go together the first call of
 * each API goes with the first one in the other trace, the second with the second. Calls of one API are counted in order
 * of their start; between APIs order does not matter, as concurrent calls start in any. Linear in rows. A call that only
 * the second trace has stands after the call that it follows there.
 */
export function alignTraces(a: readonly WaterfallRow[], b: readonly WaterfallRow[]): AlignedCall[] {
  const [childrenA, childrenB] = [childrenOf(a), childrenOf(b)];
  const aligned: AlignedCall[] = [];
  const below = (row: number | null, children: number[][]) => (row === null ? [] : (children[row + 1] ?? []));
  const stack: AlignedCall[] = pair(a, b, childrenA[0] ?? [], childrenB[0] ?? [], 0).reverse();
  for (let call = stack.pop(); call !== undefined; call = stack.pop()) {
    aligned.push(call);
    const pairs = pair(a, b, below(call.a, childrenA), below(call.b, childrenB), call.depth + 1);
    for (const next of pairs.reverse()) stack.push(next);
  }
  return aligned;
}

/** Names the differences of two traces by API, the largest first. */
export function traceDifferences(a: readonly WaterfallRow[], b: readonly WaterfallRow[]): ApiDifference[] {
  const found = new Map<string, ApiDifference>();
  const of = ({ service, api }: WaterfallRow) => {
    const key = JSON.stringify([service, api]);
    const none = { service, api, callsA: 0, callsB: 0, criticalA: 0, criticalB: 0, difference: 0 };
    const known = found.get(key) ?? none;
    found.set(key, known);
    return known;
  };
  for (const row of a) of(row).callsA++;
  for (const row of b) of(row).callsB++;
  for (const { row, start, end } of criticalSegments(a)) of(a[row]!).criticalA += end - start;
  for (const { row, start, end } of criticalSegments(b)) of(b[row]!).criticalB += end - start;
  for (const each of found.values()) each.difference = each.criticalB - each.criticalA;
  return [...found.values()].sort(
    (x, y) =>
      Math.abs(y.difference) - Math.abs(x.difference) ||
      Math.abs(y.callsB - y.callsA) - Math.abs(x.callsB - x.callsA) ||
      (`${x.service} ${x.api}` < `${y.service} ${y.api}` ? -1 : 1),
  );
}

/** Rows by their parent's row plus one, so that roots are at 0; each list in order of start. */
function childrenOf(rows: readonly WaterfallRow[]): number[][] {
  const children: number[][] = [];
  for (const [row, { parent }] of rows.entries()) {
    const list = children[parent + 1];
    if (list) list.push(row);
    else children[parent + 1] = [row];
  }
  for (const list of children) list?.sort((x, y) => rows[x]!.start - rows[y]!.start || x - y);
  return children;
}

function pair(
  a: readonly WaterfallRow[],
  b: readonly WaterfallRow[],
  ofA: readonly number[],
  ofB: readonly number[],
  depth: number,
): AlignedCall[] {
  const waiting = new Map<string, number[]>();
  const key = ({ service, api }: WaterfallRow) => JSON.stringify([service, api]);
  for (const row of ofB.toReversed()) {
    const list = waiting.get(key(b[row]!));
    if (list) list.push(row);
    else waiting.set(key(b[row]!), [row]);
  }
  const partner = new Map<number, AlignedCall>();
  const ordered: AlignedCall[] = ofA.map((row) => {
    const other = waiting.get(key(a[row]!))?.pop() ?? null;
    const call = { a: row, b: other, depth };
    if (other !== null) partner.set(other, call);
    return call;
  });
  // What only the second trace has goes after the call that it follows there.
  const after = new Map<AlignedCall | null, AlignedCall[]>();
  let last: AlignedCall | null = null;
  for (const row of ofB) {
    const known = partner.get(row);
    if (known) last = known;
    else {
      const list = after.get(last);
      const call = { a: null, b: row, depth };
      if (list) list.push(call);
      else after.set(last, [call]);
    }
  }
  return [...(after.get(null) ?? []), ...ordered.flatMap((call) => [call, ...(after.get(call) ?? [])])];
}
