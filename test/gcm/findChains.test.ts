import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../datasets/random.ts";
import { ks } from "../../lib/compare/ks.ts";
import { latencySamples } from "../../lib/compare/latencySamples.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import { findChains } from "../../lib/gcm/findChains.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import { fitTopology } from "../../lib/topology/fitTopology.ts";
import { readTopology } from "../../lib/topology/readTopology.ts";
import { validateTopology } from "../../lib/topology/validateTopology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { tableOf } from "../../lib/traces/dataset.ts";
import { insertSpans, type SpanLiteral } from "../executions/insertSpans.ts";
import { topologyFaults } from "../topologyFaults.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());

/** The work of L, µs, which A asks for by way of M, and C, which asks by the same way for ten times as much. */
const work = (entry: "A" | "C", random: Random) => (entry === "A" ? 100 : 1000) * (1 + random.uniform());

/** A or C calls M, which calls L; under C, M always calls N too, under A never. */
function trace(number: number, random: Random): SpanLiteral[] {
  const entry = number % 2 === 0 ? "A" : "C";
  const took = work(entry, random);
  const span = (id: string, parent: string | undefined, api: string, at: [number, number]): SpanLiteral => ({
    trace: `trace ${number}`,
    id,
    parent,
    api,
    at,
  });
  return [
    span("a", undefined, `${entry} get`, [0, took + 1000]),
    span("m", "a", "M get", [100, took + 900]),
    span("l", "m", "L get", [200, took + 200]),
    ...(entry === "C" ? [span("n", "m", "N get", [took + 300, took + 400])] : []),
  ];
}

async function dataset(traces: number) {
  const random = new Random(5);
  const found = await insertSpans(engine, Array.from({ length: traces }, (_, number) => trace(number, random)).flat());
  const resolution = await buildExecutions(found);
  await splitTraces(found, 0, 1);
  return { found, resolution };
}

describe("chains of callers", () => {
  it("reproduce work that only the caller's caller decides, and without them the model cannot", async () => {
    const { found, resolution } = await dataset(1000);
    const random = new Random(8);
    const truth = Float64Array.from({ length: 5000 }, () => work("A", random) + 1000).sort();
    const distance = async (nodes: string[]) => {
      const text = writeTopology(await fitTopology(found, { resolution, nodes }));
      expect(topologyFaults(text)).toEqual([]);
      const topology = readTopology(text);
      const executions = simulate(compile(topology), { traces: 10_000, seed: 1 });
      const roots = latencySamples(executions, topology).roots;
      return { topology, ks: ks(roots.find(({ service }) => service === "A")!.durations, truth) };
    };
    const chained = await distance(["context"]);
    expect(chained.ks).toBeLessThan(0.08);
    expect((await distance([])).ks).toBeGreaterThan(0.3);
    const m = chained.topology.apis.find(({ service }) => service === "M")!;
    expect(m.pfa.transitions.some(({ given }) => given.caller === "A: get")).toBe(true);
    const l = chained.topology.apis.find(({ service }) => service === "L")!;
    expect(l.gcm.nodes.find(({ id }) => id === "own_time")!.parents).toContain("chain");
    expect(chained.topology.chains?.map(({ caller, chain }) => [caller, chain === undefined])).toEqual(
      expect.arrayContaining([["M: get", false]]),
    );
  });

  it("are those that at least ten executions share, each after the one that it extends", async () => {
    const { found } = await dataset(19);
    const chains = await findChains(found);
    const names = await engine.query(`SELECT api, service FROM ${tableOf(found, "names")}`);
    const serviceOf = new Map([...names].map(({ api, service }) => [Number(api), String(service)]));
    // Ten traces begin with A; the nine that begin with C are too few.
    expect(chains.map(({ caller, chain }) => [serviceOf.get(caller), chain])).toEqual([
      ["A", null],
      ["M", 0],
    ]);
  });

  it("are refused where one extends a chain that is not above it", async () => {
    const { found, resolution } = await dataset(100);
    const topology = await fitTopology(found, { resolution });
    validateTopology(topology);
    expect(() => validateTopology({ ...topology, chains: [...topology.chains!].reverse() })).toThrow(
      /^topology: chains\[0\]\.chain: /,
    );
  });
});
