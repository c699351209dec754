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

  it("a timeout ends the wait, and a failed attempt is made again", () => {
    const tried = patternsTopology();
    const call = tried.apis.find(({ id }) => id === "gateway sequential")!.pfa.states[1]!.calls[0]!;
    Object.assign(call, { timeout: 1, attempts: 3 });
    const sample = durations(tried, simulate(compile(tried), { traces: 3000, seed: 4 }), "gateway sequential");
    const second = inverse("Y", 0);
    expect(Math.min(...sample)).toBeGreaterThanOrEqual(ownTime + 3 + second - 1e-9);
    expect(distance(sample, (value) => y(value - ownTime - 3 + 5e-4))).toBeLessThan(1.95 / Math.sqrt(sample.length));
  });

  it("attempts follow the callee's errors", () => {
    const tried = patternsTopology();
    const caller = tried.apis.find(({ id }) => id === "gateway asynchronous")!;
    const edges = new Map(tried.edges.map((edge) => [edge.id, edge]));
    for (const state of caller.pfa.states) {
      for (const call of state.calls) {
        if (call.asynchronous) continue;
        call.attempts = 2;
        tried.apis.find(({ id }) => id === edges.get(call.edge)!.callee)!.errors = 0.25;
      }
    }
    const sample = durations(tried, simulate(compile(tried), { traces: 12_000, seed: 4 }), "gateway asynchronous");
    const exact = (t: number) =>
      0.75 * x(t) +
      0.25 *
        plus(
          middles(400).map((u) => inverse("X", u)),
          x,
        )(t);
    expect(distance(sample, (value) => exact(value - ownTime + 5e-4))).toBeLessThan(1.95 / Math.sqrt(sample.length));
  });

  it("a state that keeps a path takes that path's own time", () => {
    const kept = patternsTopology();
    const api = kept.apis.find(({ id }) => id === "gateway probability")!;
    const state = api.pfa.states.find(({ calls }) => calls.length > 0)!;
    state.path = "as before";
    const own = api.gcm.nodes.find(({ kind }) => kind === "own_time")!;
    own.tables!.unshift({ given: { path: "as before" }, n: 10, values: [7777] });
    const sample = durations(kept, simulate(compile(kept), { traces: 600, seed: 4 }), "gateway probability");
    expect(Math.min(...sample)).toBeGreaterThanOrEqual(7777);
  });
});
