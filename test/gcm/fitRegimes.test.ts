import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../datasets/random.ts";
import { ks } from "../../lib/compare/ks.ts";
import { latencySamples } from "../../lib/compare/latencySamples.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import { fitTopology } from "../../lib/topology/fitTopology.ts";
import { readTopology } from "../../lib/topology/readTopology.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { insertSpans, type SpanLiteral } from "../executions/insertSpans.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());

const callees = ["B", "C", "D"];
const traces = 1600;
/** Traces that a fault lasts. */
const lasting = 100;

/** Own times, µs, of A's callees while `faulty` is slow (-1: none is). */
function drawOwnTimes(random: Random, faulty: number): number[] {
  return callees.map((_, index) => (index === faulty ? 200 + 2000 * random.uniform() : 100 + 100 * random.uniform()));
}

async function fitted(ownTimes: readonly (readonly number[])[], nodes: string[]): Promise<Topology> {
  const spans = ownTimes.flatMap((own, number): SpanLiteral[] => {
    const trace = `trace ${String(number).padStart(5, "0")}`;
    const begin = number * 100_000;
    let at = begin;
    const calls = callees.map((name, index): SpanLiteral => {
      const from = at;
      at += own[index]!;
      return { trace, id: name, parent: "a", api: `${name} work`, at: [from, at] };
    });
    return [{ trace, id: "a", api: "A get", at: [begin, at] }, ...calls];
  });
  const dataset = await insertSpans(engine, spans);
  const resolution = await buildExecutions(dataset);
  await splitTraces(dataset, 0, 1);
  return fitTopology(dataset, { resolution, nodes });
}

const regimesOf = ({ exogenous }: Topology) => exogenous.find(({ kind }) => kind === "regime")?.classes ?? [];
const latencies = (topology: Topology, seed: number) =>
  latencySamples(simulate(compile(topology), { traces: 20_000, seed }), topology);

describe("the regime node", async () => {
  const random = new Random(5);
  // Each of the three is slow for a quarter of the time, never two of them at once.
  const faultyIn = (trace: number) => (Math.floor(trace / lasting) % (callees.length + 1)) - 1;
  const sample = Array.from({ length: traces }, (_, trace) => drawOwnTimes(random, faultyIn(trace)));
  const sum = (own: readonly number[]) => own.reduce((total, each) => total + each, 0);
  const truth = Float64Array.from({ length: 20_000 }, (_, trace) => sum(drawOwnTimes(random, faultyIn(trace)))).sort();
  const known = await fitted(sample, ["regime"]);

  it("reproduces faults of which one at a time lasts for a while, which factors cannot", async () => {
    const distance = (topology: Topology) => ks(latencies(topology, 1).roots[0]!.durations, truth);
    expect(distance(known)).toBeLessThan(0.03);
    expect(distance(await fitted(sample, ["factors"]))).toBeGreaterThan(0.05);
    // The regime in which nothing is slow may be one with another: neither is told by what is slow in it alone.
    expect(regimesOf(known).length).toBeGreaterThanOrEqual(callees.length);
  });

  it("leaves each API's distribution what it was", () => {
    const { apis } = latencies(known, 2);
    for (const [index, name] of callees.entries()) {
      const own = Float64Array.from(sample, (each) => each[index]!).sort();
      expect(ks(apis.find(({ service }) => service === name)!.durations, own)).toBeLessThan(0.03);
    }
  });

  it("is finite where regimes separate perfectly, and survives the file", () => {
    const text = writeTopology(known);
    expect(text).not.toMatch(/NaN|Infinity|null,/);
    expect(writeTopology(readTopology(text))).toBe(text);
  });

  it("is carried into what a caller waits for, where calls are folded into its own time", () => {
    const { topology } = applyInterventions(known, [{ type: "downscale", apis: 2, traces: 4000 }]);
    expect(topology.apis).toHaveLength(2);
    expect(ks(latencies(topology, 3).roots[0]!.durations, latencies(known, 4).roots[0]!.durations)).toBeLessThan(0.04);
  });

  it.each<[string, (random: Random) => number[]]>([
    ["own times are independent", (random) => callees.map(() => 100 + 100 * random.uniform())],
    ["all times are equal", () => callees.map(() => 100)],
    ["all times are zero", () => callees.map(() => 0)],
  ])("is left out where %s", async (_, draw) => {
    const random = new Random(9);
    const own = Array.from({ length: 400 }, () => draw(random));
    const topology = await fitted(own, ["regime"]);
    expect(regimesOf(topology)).toEqual([]);
    expect(topology.apis.flatMap(({ gcm }) => gcm.nodes.flatMap(({ regimeRanks = [] }) => regimeRanks))).toEqual([]);
  });

  it("is left out where there are too few traces to tell", async () => {
    const random = new Random(2);
    const few = Array.from({ length: 60 }, (_, trace) => drawOwnTimes(random, trace < 30 ? 0 : 1));
    expect(regimesOf(await fitted(few, ["regime"]))).toEqual([]);
  });
});
