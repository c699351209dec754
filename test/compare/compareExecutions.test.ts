import { describe, expect, it } from "vitest";
import { compareExecutions } from "../../lib/compare/compareExecutions.ts";
import { compareSamples } from "../../lib/compare/compareSamples.ts";
import { ks } from "../../lib/compare/ks.ts";
import { type LatencySamples, latencySamples } from "../../lib/compare/latencySamples.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate, simulateBatches } from "../../lib/simulate/simulate.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";

const topology = figure1Topology();
const ledger = { read: 3, accepted: 2, merged: 1, rejected: 0, rules: [] };
const run = (model: "gcm" | "simple", seed: number) => simulate(compile(topology, model), { traces: 8000, seed });
const original = { train: latencySamples(run("gcm", 1), topology), test: latencySamples(run("gcm", 2), topology) };

describe("compareExecutions", () => {
  const report = compareExecutions(original, { simple: run("simple", 3), gcm: run("gcm", 4) }, topology, ledger);

  it("reports each API and root with floor, simple and gcm, and the ledger", () => {
    expect(report.apis.map(({ service, api }) => `${service} ${api}`)).toEqual(["a A", "b B", "c C"]);
    expect(report.roots.map(({ service, api }) => `${service} ${api}`)).toEqual(["a A", "c C"]);
    expect(report.roots.reduce((sum, { n }) => sum + n, 0)).toBe(8000);
    expect(report.ledger).toEqual(ledger);
    expect(Object.keys(report.roots[0]!.gcm)).toEqual(["ks", "ratio", "w1", "p50", "p95", "p99"]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("puts the GCM at the noise floor and the simple statistics far off, on Figure 1", () => {
    const [a] = report.roots;
    const critical = 1.95 * Math.sqrt(1 / a!.n + 1 / original.train.roots[0]!.durations.length);
    expect(a!.floor.ks).toBeLessThan(critical);
    expect(a!.gcm.ks).toBeLessThan(critical);
    expect(a!.simple.ks).toBe(1);
    expect(a!.simple.p50).toBeGreaterThan(5);
    expect(Math.abs(a!.gcm.p99!)).toBeLessThan(0.05);
    expect(report.mean.root.gcm!).toBeLessThan(0.03);
    expect(report.mean.api.simple!).toBeGreaterThan(0.4);
    expect(report.pooled.root.gcm!).toBeLessThan(0.03);
  });

  it("weights means by n and pools all entries", () => {
    const total = report.roots.reduce((sum, { n }) => sum + n, 0);
    const mean = report.roots.reduce((sum, { n, simple }) => sum + (n / total) * simple.ks, 0);
    expect(report.mean.root.simple).toBeCloseTo(mean, 12);
    const pool = (samples: LatencySamples) =>
      Float64Array.from(samples.roots.flatMap(({ durations }) => [...durations])).sort();
    expect(report.pooled.root.floor).toBe(ks(pool(original.train), pool(original.test)));
  });

  it("takes batches", () => {
    const batches = {
      simple: run("simple", 3),
      gcm: simulateBatches(compile(topology), { traces: 8000, seed: 4, batch: 100 }),
    };
    expect(compareExecutions(original, batches, topology, ledger)).toEqual(report);
  });
});

describe("compareSamples", () => {
  const samples = (...list: [string, number[]][]): LatencySamples => {
    const apis = list.map(([name, durations]) => ({ service: "s", name, durations: Float64Array.from(durations) }));
    return { apis, roots: apis.slice(0, 1) };
  };
  const many = Array.from({ length: 200 }, (_, index) => index);

  it("leaves small entries out of the means where one is large enough, and takes all where none is", () => {
    const test = samples(["large", many], ["small", [1, 2, 3]]);
    const model = samples(["large", many], ["small", [7, 8, 9]]);
    expect(compareSamples(test, test, { model }).mean.api).toEqual({ floor: 0, model: 0 });
    const small = samples(["one", [1]], ["three", [1, 2, 3]]);
    const off = samples(["one", [5]], ["three", [1, 2, 3]]);
    expect(compareSamples(small, small, { model: off }).mean.api.model).toBe(0.25);
  });

  it("counts an API that a model never runs as as far as can be", () => {
    const test = samples(["x", many], ["y", many]);
    const report = compareSamples(samples(["x", many]), test, { model: samples(["x", many]) });
    expect(report.apis[1]).toMatchObject({ floor: { ks: 1 }, model: { ks: 1, w1: null, p50: null } });
  });

  it("has nothing to say of nothing", () => {
    const none = { apis: [], roots: [] };
    const nothing = { floor: null, model: null };
    expect(compareSamples(none, none, { model: none })).toEqual({
      ratio: { mean: { root: { model: null }, api: { model: null } }, pooled: { root: { model: null } } },
      mean: { root: nothing, api: nothing },
      pooled: { root: nothing },
      roots: [],
      apis: [],
    });
  });

  it("adds bounds when asked", () => {
    const test = samples(["x", many]);
    const report = compareSamples(test, test, { model: test }, { bootstrap: { seed: 1, replicates: 20 } });
    expect(report.apis[0]!.model.bounds!.low).toBe(0);
    expect(report.apis[0]!.model.bounds!.high).toBeLessThan(0.2);
  });
});
