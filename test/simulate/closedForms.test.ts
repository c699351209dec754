import { describe, expect, it } from "vitest";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import { leaves, ownTime, patternsTopology } from "../topology/patternsTopology.ts";
import { distance, durations } from "./samples.ts";

describe("simulate recovers closed forms", () => {
  const clamp = (share: number) => Math.min(1, Math.max(0, share));
  const cdf = (leaf: keyof typeof leaves) => {
    const [low, high] = leaves[leaf];
    const width = Math.log((1 + high) / (1 + low));
    return (x: number) => (x <= -1 ? 0 : clamp(Math.log((1 + x) / (1 + low)) / width));
  };
  const inverse = (leaf: keyof typeof leaves, u: number) => {
    const [low, high] = leaves[leaf];
    return (1 + low) * ((1 + high) / (1 + low)) ** u - 1;
  };
  const [x, y] = [cdf("X"), cdf("Y")];
  const middles = (count: number) => Array.from({ length: count }, (_, index) => (index + 0.5) / count);
  /** Distribution of what is drawn from `draws` plus an independent value. */
  const plus = (draws: number[], other: (value: number) => number) => (t: number) =>
    draws.reduce((sum, draw) => sum + other(t - draw), 0) / draws.length;
  const twiceX = middles(60).flatMap((u) => middles(60).map((v) => inverse("X", u) + inverse("X", v)));

  const closed: Record<string, (t: number) => number> = {
    sequential: plus(
      middles(400).map((u) => inverse("X", u)),
      y,
    ),
    concurrent: (t) => x(t) * y(t),
    choice: (t) => 0.3 * x(t) + 0.7 * y(t),
    repeat: (t) => 0.2 * x(t) + 0.8 * plus(twiceX, x)(t),
    asynchronous: x,
    probability: (t) => 0.6 + 0.4 * x(t),
  };

  const topology = patternsTopology();
  const executions = simulate(compile(topology), { traces: 12_000, seed: 4 });
  it.each(Object.keys(closed))("%s", (pattern) => {
    const sample = durations(topology, executions, `gateway ${pattern}`).map((value) => value - ownTime);
    expect(sample.length).toBeGreaterThan(1800);
    const exact = closed[pattern]!;
    expect(distance(sample, (value) => exact(value + 5e-4))).toBeLessThan(1.95 / Math.sqrt(sample.length)); // p = 0.001
  });
});
