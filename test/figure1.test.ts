import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { figure1, meanLatency, meanLatencyUnconditioned, meanWork } from "../datasets/figure1/scenario.ts";
import { ks } from "../lib/compare/ks.ts";
import { type LatencySamples, latencySamples } from "../lib/compare/latencySamples.ts";
import { sampleQuantile } from "../lib/compare/quantileErrors.ts";
import { readSamples } from "../lib/compare/readSamples.ts";
import { openDuckDBNode } from "../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../lib/fit.ts";
import { quantile } from "../lib/gcm/quantile.ts";
import { compile, type Model } from "../lib/simulate/compile.ts";
import { simulate } from "../lib/simulate/simulate.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const dataset = { engine, schema: "figure1" };
const path = join(import.meta.dirname, "../datasets/figure1/traces.jsonl.gz");
const topology = await fitTraces(dataset, [path], { holdout: 0.5, seed: 1 });
const [train, test] = [await readSamples(dataset, "train"), await readSamples(dataset, "test")];
const [a, c] = figure1.callers;

function generated(model: Model): LatencySamples {
  return latencySamples(simulate(compile(topology, model), { traces: 20_000, seed: 1 }), topology);
}
const durations = (samples: LatencySamples, service: string) =>
  samples.roots.find((root) => root.service === service)!.durations;
const median = (samples: LatencySamples, service: string) => sampleQuantile(durations(samples, service), 0.5);
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("Figure 1: A and C call B, and C asks for ten times the work", () => {
  it("shifts A by about ten times under simple statistics", () => {
    const simple = generated("simple");
    const ratio = median(simple, "A") / median(test, "A");
    expect(ratio).toBeGreaterThan(7);
    expect(ratio).toBeLessThan(13);
    expect(ks(durations(simple, "A"), durations(test, "A"))).toBeGreaterThan(0.9);
    expect(mean(durations(simple, "A")) / meanLatencyUnconditioned()).toBeCloseTo(1, 1);
  });

  it("leaves A and C within the noise floor under the GCM", () => {
    const gcm = generated("gcm");
    for (const { service } of [a!, c!]) {
      const samples = [durations(train, service), durations(test, service), durations(gcm, service)];
      // The Kolmogorov-Smirnov test at 1 %: errors of the half that was fitted, of the other one, and of the draw.
      const noise = 1.63 * Math.sqrt(samples.reduce((sum, { length }) => sum + 1 / length, 0));
      expect(ks(samples[2]!, samples[1]!)).toBeLessThan(noise);
    }
  });

  it("has means near those of the scenario under the GCM", () => {
    const gcm = generated("gcm");
    for (const caller of [a!, c!]) {
      expect(mean(durations(gcm, caller.service)) / meanLatency(caller)).toBeCloseTo(1, 1);
    }
  });

  it("conditions B's own time on its caller, and the ratio of the two is ten", () => {
    const b = topology.apis.find(({ name }) => name === figure1.worker.api)!;
    const ownTime = b.gcm.nodes.find(({ id }) => id === "own_time")!;
    expect(ownTime.parents).toContain("caller");
    const callers = topology.edges.filter(({ callee }) => callee === b.id).map(({ caller }) => caller);
    expect(callers.length).toBe(2);
    const tables = callers.map((caller) => ownTime.tables!.find(({ given }) => (given.caller ?? caller) === caller)!);
    const medians = tables.map((table) => quantile(topology.quantileGrid, table, 0.5));
    const expected = callers.map((id) =>
      meanWork(figure1.callers.find(({ service }) => id.startsWith(`${service}:`))!),
    );
    expect(medians[1]! / medians[0]!).toBeGreaterThan((0.8 * expected[1]!) / expected[0]!);
    expect(medians[1]! / medians[0]!).toBeLessThan((1.25 * expected[1]!) / expected[0]!);
  });

  it("recovers that each caller waits once for B: λ is 1", () => {
    for (const { service } of [a!, c!]) {
      const api = topology.apis.find((one) => one.name.includes(service.toLowerCase()))!;
      expect(api.gcm.lambda.map(({ value }) => value)).toEqual([1]);
      expect(api.gcm.lambda[0]!.fitted).toBeCloseTo(1, 2);
    }
  });
});
