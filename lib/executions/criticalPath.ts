/** One trace's executions as columns; rows point at their parents. Times are µs. */
export interface CriticalPathInput {
  /** Row of the parent, -1 for the root. */
  parent: ArrayLike<number>;
  start: ArrayLike<number>;
  /** Duration that the caller sees. */
  waited: ArrayLike<number>;
  /** 1 where the parent does not wait. */
  asynchronous: ArrayLike<number>;
  length: number;
}

/** A piece of time in which the root's latency is owed to this row's own work. */
export interface CriticalSegment {
  row: number;
  start: number;
  end: number;
}

/**
 * The critical path of the tree below `root`: segments in order of time, without gap or overlap, that fill the root's
 * duration. From its end, each execution is walked backwards: the synchronous child that finishes last (before the
 * point reached) is what was waited for, then the one that finishes last before that child's start, and so on; the rest
 * is the execution's own. Children are clipped to the piece of their parent that is left, so that clock skew cannot
 * make the path longer than the root. Ties go to the earlier row.
 *
 * Source: CRISP (Zhang et al., "CRISP: Critical Path Analysis of Large-Scale Microservice Architectures", USENIX ATC
 * 2022), section 4.
 */
export function criticalPath(input: CriticalPathInput, root = 0): CriticalSegment[] {
  const { parent, start, waited, asynchronous, length } = input;
  const children = new Map<number, number[]>();
  for (let row = 0; row < length; row++) {
    if (parent[row]! < 0 || asynchronous[row]) continue;
    const siblings = children.get(parent[row]!);
    if (siblings) siblings.push(row);
    else children.set(parent[row]!, [row]);
  }
  const end = (row: number) => start[row]! + waited[row]!;
  const backwards: CriticalSegment[] = [];
  const own = (row: number, from: number, to: number) => {
    if (to > from) backwards.push({ row, start: from, end: to });
  };
  // A stack instead of recursion: recorded traces nest thousands deep.
  interface Frame {
    row: number;
    floor: number;
    /** The path is known from here on. */
    cursor: number;
    end: number;
    pending: number[];
  }
  const frame = (row: number, floor: number, cursor: number): Frame => ({
    row,
    floor,
    cursor,
    end: cursor,
    pending: (children.get(row) ?? []).toSorted((a, b) => end(a) - end(b) || b - a),
  });
  const stack = [frame(root, start[root]!, end(root))];
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const child = top.pending.pop();
    if (child === undefined) {
      own(top.row, top.floor, top.cursor);
      stack.pop();
      continue;
    }
    const from = Math.max(start[child]!, top.floor);
    const to = Math.min(end(child), top.end);
    if (to > top.cursor || to <= from) continue;
    own(top.row, to, top.cursor);
    top.cursor = from;
    stack.push(frame(child, from, to));
  }
  return backwards.reverse();
}
