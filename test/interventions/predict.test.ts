import { describe, expect, it } from "vitest";
import { ks } from "../../lib/compare/ks.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { contributions } from "../../lib/interventions/contributions.ts";
import { latencyTrees, rescaledLatencies } from "../../lib/interventions/latencyTrees.ts";
import { predict } from "../../lib/interventions/predict.ts";
import { rootAlone } from "../../lib/interventions/rootLatencies.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { syntheticTopology } from "../simulate/syntheticTopology.ts";
import { ownTime, patternsTopology } from "../topology/patternsTopology.ts";

const concurrent = "gateway concurrent";

/** Latencies of an entry API alone in the order of their traces, µs. */
function rootLatenciesInTurn(topology: Topology, root: string, traces: number): Float64Array {
  const { length, parent, duration } = simulate(compile(rootAlone(topology, root)), { traces, seed: 77 });
  return duration.subarray(0, length).filter((_, row) => parent[row]! < 0);
}

describe("predict", () => {
  it("finds the quantiles of a closed form within its bounds", () => {
    const found = predict(patternsTopology(), [{ type: "removeCall", call: "concurrent>Y" }], { api: concurrent });
    for (const { level, low, high, before, after } of found.quantiles) {
      const exact = ownTime + 100 * 10 ** level - 1;
      expect(low).toBeLessThanOrEqual(exact * 1.005);
      expect(high).toBeGreaterThanOrEqual(exact * 0.995);
      expect(after).toBeLessThan(before);
    }
    expect(found.text).toMatch(
      /^p50 of gateway concurrent falls from [\d.]+ to [\d.]+ (ms|µs) \([\d.]+ to [\d.]+\); p95/,
    );
  });

  it("says where nothing changes, with a difference of exactly 0", () => {
    const found = predict(patternsTopology(), [{ type: "setRate", rate: 3 }], { api: concurrent, traces: 2000 });
    for (const { change } of found.quantiles) expect(change).toEqual({ low: 0, high: 0 });
    expect(found.text).toMatch(/^p50 of gateway concurrent stays at [\d.]+ (ms|µs) \(/);
  });

  it("is the same for the same seed, and widens where the fit saw few", () => {
    const halved = [{ type: "scaleOwnTime", api: "store Y", factor: 0.5 }];
    const wide = patternsTopology();
    wide.apis.find(({ id }) => id === concurrent)!.executions = 50;
    const [a, b, few] = [patternsTopology(), patternsTopology(), wide].map((topology) => {
      const { quantiles } = predict(topology, halved, { api: concurrent, traces: 4000, seed: 3 });
      return quantiles[0]!;
    });
    expect(a).toEqual(b);
    expect(few!.high - few!.low).toBeGreaterThan(3 * (a!.high - a!.low));
  });

  it("bounds quantiles of few executions as those of so many spread, and says how many they are", () => {
    const [executions, traces, api] = [40, 4000, concurrent];
    const topology = patternsTopology();
    topology.apis.find(({ id }) => id === api)!.executions = executions;
    const levels = [0.1, 0.5, 0.9, 0.95, 0.99];
    const { quantiles, text } = predict(topology, [], { api, traces, levels });
    expect(text).toContain("bounds rest on the 40 executions that the fit saw");
    for (const [index, { low, high }] of quantiles.entries()) {
      expect(low).toBeGreaterThanOrEqual(quantiles[index - 1]?.low ?? 0);
      expect(high).toBeGreaterThanOrEqual(quantiles[index - 1]?.high ?? 0);
    }
    // Independent truth: how quantiles of 40 fresh traces spread.
    const fresh = rootLatenciesInTurn(topology, api, 400 * executions);
    for (const { level, low, high } of quantiles) {
      const each = Array.from({ length: 400 }, (_, group) => {
        const sorted = fresh.slice(group * executions, (group + 1) * executions).sort();
        return sorted[Math.min(executions - 1, Math.floor(level * executions))]!;
      });
      const inside = each.filter((value) => value >= low && value <= high).length / each.length;
      expect(inside, `p${100 * level}`).toBeGreaterThan(0.88);
      expect(inside, `p${100 * level}`).toBeLessThan(0.995);
    }
  });

  it("does not call a fall or a rise what its bounds cannot tell from none", () => {
    const topology = patternsTopology();
    topology.apis.find(({ id }) => id === concurrent)!.executions = 20;
    const barely = [{ type: "scaleOwnTime", api: "store X", factor: 0.9 }];
    const { quantiles, text } = predict(topology, barely, { api: concurrent, traces: 4000 });
    for (const [index, { change }] of quantiles.entries()) {
      const said = text.split("; ")[index]!;
      expect(/ (falls|rises) /.test(said)).toBe(change.low > 0 || change.high < 0);
      if (change.low < 0 && change.high >= 0)
        expect(said).toMatch(/: no change that can be told \(-?[\d.]+ to \+?[\d.]+ (ms|µs)\), [\d.]+ before and/);
    }
  });

  it("refuses an API that no trace comes to", () => {
    expect(() => predict(patternsTopology(), [], { api: "nobody" })).toThrow('no trace comes to the API "nobody"');
  });
});

describe("latencyTrees", () => {
  it("rescales as a simulation of the scaled topology would", () => {
    const topology = syntheticTopology({ apis: 14, stages: 2, seed: 5 });
    const executions = simulate(compile(topology), { traces: 5000, seed: 2 });
    const trees = latencyTrees(topology, executions);
    const same = rescaledLatencies(trees, new Float64Array(topology.apis.length).fill(1));
    for (const [index, row] of trees.roots.entries()) expect(same[index]).toBeCloseTo(executions.duration[row]!, 3);
    const chosen = topology.apis[5]!.id;
    const factors = Float64Array.from(topology.apis, ({ id }) => (id === chosen ? 5 : 1));
    const scaled = applyInterventions(topology, [{ type: "scaleOwnTime", api: chosen, factor: 5 }]).topology;
    const truth = simulate(compile(scaled), { traces: 5000, seed: 2 });
    const roots = latencyTrees(scaled, truth).roots;
    const exact = Float64Array.from(roots, (row) => truth.duration[row]!).sort();
    expect(ks(rescaledLatencies(trees, factors).sort(), exact)).toBeLessThan(0.002);
    expect(ks(same.sort(), exact)).toBeGreaterThan(0.01);
  });
});

describe("contributions", () => {
  it("sum to the latency, and the derivative is that of a finite difference", () => {
    const topology = patternsTopology();
    const found = contributions(topology, concurrent);
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    const by = new Map(found.map((each) => [each.api, each]));
    expect(by.get(concurrent)).toMatchObject({ critical: 1 });
    expect(by.get("store X")!.critical + by.get("store Y")!.critical).toBeCloseTo(1, 6);
    const p99 = (factor: number) =>
      predict(topology, [{ type: "scaleOwnTime", api: "store Y", factor }], { api: concurrent }).quantiles[2]!.after;
    expect(by.get("store Y")!.p99 / ((p99(1.02) - p99(0.98)) / 0.04)).toBeCloseTo(1, 1);
    expect(() => contributions(topology, "store X")).toThrow('"store X" is no entry API');
  });
});
