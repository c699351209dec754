/**
 * Ticks of an axis of durations (µs) between two positive values: powers of ten, or more where the range is short and the
 * width (CSS pixels) has room for their labels.
 */
export function logTicks(low: number, high: number, width = 720): number[] {
  const decades = Math.log10(high / low);
  const hasRoom = (factor: number) => (width / decades) * Math.log10(factor) >= labelWidth;
  const steps = decades > 4.5 || !hasRoom(3) ? [1] : decades > 2.5 || !hasRoom(2) ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/** What a label as long as `500 µs` needs, with some space, CSS pixels. */
const labelWidth = 44;

/** About `count` evenly spaced round ticks from 0 or `low` to `high`. */
export function linearTicks(low: number, high: number, count = 7): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough)!;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high * (1 + 1e-12); index++) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}
