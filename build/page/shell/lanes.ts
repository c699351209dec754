/** A cell that others need, with the rows of the cells that need it. */
export interface Source {
  row: number;
  users: number[];
}

/**
 * Gives each source a lane, beside the rows, for its line to the cells that need it: the nearest that is free from the
 * first to the last of these rows. Lines of different sources never lie on one another.
 */
export function lanesOf(sources: readonly Source[]): number[] {
  const spans = sources.map(({ row, users }, index) => {
    const rows = [row, ...users];
    return { index, from: Math.min(...rows), to: Math.max(...rows) };
  });
  const lanes = new Array<number>(sources.length).fill(0);
  const taken: { from: number; to: number }[][] = [];
  for (const span of spans.sort((a, b) => a.to - a.from - (b.to - b.from) || a.index - b.index)) {
    const isFree = (lane: (typeof taken)[number]) => lane.every(({ from, to }) => to < span.from || from > span.to);
    const found = taken.findIndex(isFree);
    const lane = found < 0 ? taken.push([]) - 1 : found;
    taken[lane]!.push(span);
    lanes[span.index] = lane;
  }
  return lanes;
}
