/**
 * How a load is mixed of the levels that were recorded: of the two beside it, with weights linear in log(load), or of
 * the nearest alone where it is outside of them all. A mixture keeps the shape of what was seen, and its slow part, where
 * interpolated quantiles would make up a latency in between.
 * @param levels ascending
 * @returns the weight of each level; they sum to 1
 */
export function mixtureOf(levels: readonly { load: number }[], load: number): number[] {
  const weights = levels.map(() => 0);
  const above = levels.findIndex((level) => level.load >= load);
  if (above === -1) weights[levels.length - 1] = 1;
  else if (above === 0) weights[0] = 1;
  else {
    const [low, high] = [levels[above - 1]!.load, levels[above]!.load].map(Math.log) as [number, number];
    const share = (Math.log(load) - low) / (high - low);
    weights[above - 1] = 1 - share;
    weights[above] = share;
  }
  return weights;
}
