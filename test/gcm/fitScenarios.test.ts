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

/** Own times, µs, of A's callees, and which of them (if any) calls the store S, which works for 5000 µs. */
interface Drawn {
  own: number[];
  last: number;
}

/** Exactly one of three services is the last, and does the rest: a third of the time each. */
function oneOfThree(random: Random): Drawn {
  return { own: callees.map(() => 200 + 100 * random.uniform()), last: Math.floor(3 * random.uniform()) };
}

/** A request finds everything cached (40 %) or nothing. */
function cached(random: Random): Drawn {
  const hit = random.uniform() < 0.4;
  return { own: callees.map(() => (hit ? 10 : 4000) * (1 + 0.2 * random.uniform())), last: -1 };
}

/** The same times, each service with a cache that knows nothing of the others. */
function cachedApart(random: Random): Drawn {
  return { own: callees.map(() => (random.uniform() < 0.4 ? 10 : 4000) * (1 + 0.2 * random.uniform())), last: -1 };
}

function durations({ own, last }: Drawn): number[] {
  return own.map((time, index) => time + (index === last ? 5000 : 0));
}

async function fitted(drawn: readonly Drawn[], nodes: string[]): Promise<Topology> {
  const spans = drawn.flatMap(({ own, last }, number): SpanLiteral[] => {
    const trace = `trace ${number}`;
    const took = durations({ own, last });
    let at = 100;
    const calls = callees.flatMap((name, index): SpanLiteral[] => {
      const begin = at;
      at += took[index]!;
      const work = { trace, id: name, parent: "a", api: `${name} work`, at: [begin, at] as [number, number] };
      const store = {
        trace,
        id: "s",
        parent: name,
        api: "S store",
        at: [begin + 50, begin + 5050] as [number, number],
      };
      return index === last ? [work, store] : [work];
    });
    return [{ trace, id: "a", api: "A get", at: [0, at + 100] }, ...calls];
  });
  const dataset = await insertSpans(engine, spans);
  const resolution = await buildExecutions(dataset);
  await splitTraces(dataset, 0, 1);
  return fitTopology(dataset, { resolution, nodes });
}

const classesOf = ({ exogenous }: Topology) => exogenous.find(({ kind }) => kind === "scenario")?.classes ?? [];

async function distance(draw: (random: Random) => Drawn, nodes: string[]): Promise<{ topology: Topology; ks: number }> {
  const random = new Random(5);
  const topology = await fitted(
    Array.from({ length: 800 }, () => draw(random)),
    nodes,
  );
  const truth = Float64Array.from(
    { length: 20_000 },
    () => 200 + durations(draw(random)).reduce((a, b) => a + b),
  ).sort();
  const { roots } = latencySamples(simulate(compile(topology), { traces: 20_000, seed: 1 }), topology);
  return { topology, ks: ks(roots[0]!.durations, truth) };
}

describe("the scenario node", () => {
  it("makes exactly one of several services do the rest, and without it the model cannot", async () => {
    const found = await distance(oneOfThree, ["context", "scenario"]);
    expect(classesOf(found.topology)).toHaveLength(3);
    for (const { probability } of classesOf(found.topology)) expect(Math.abs(probability - 1 / 3)).toBeLessThan(0.05);
    expect(found.ks).toBeLessThan(0.03);
    const executions = simulate(compile(found.topology), { traces: 500, seed: 2 });
    const store = found.topology.apis.findIndex(({ name }) => name === "store");
    const stores = new Int32Array(500);
    for (let row = 0; row < executions.length; row++)
      if (executions.api[row] === store) stores[executions.trace[row]!]! += 1;
    expect([...new Set(stores)]).toEqual([1]);
    expect((await distance(oneOfThree, ["context", "parent-class", "factors"])).ks).toBeGreaterThan(0.15);
  });

  it("makes all of a trace's own times short or long, which factors only blur", async () => {
    const found = await distance(cached, ["scenario", "factors"]);
    expect(classesOf(found.topology)).toHaveLength(2);
    const shares = classesOf(found.topology).map(({ probability }) => probability);
    expect(Math.abs(Math.min(...shares) - 0.4)).toBeLessThan(0.05);
    expect(found.ks).toBeLessThan(0.04);
    expect((await distance(cached, ["factors"])).ks).toBeGreaterThan(0.06);
  });

  it("is left out where services do not depend on each other, and where traces are few or all alike", async () => {
    const random = new Random(6);
    const few = Array.from({ length: 20 }, () => cached(random));
    const apart = Array.from({ length: 400 }, () => cachedApart(random));
    const alike = Array.from({ length: 120 }, () => ({ own: [100, 200, 300], last: 0 }));
    for (const drawn of [few, apart, alike]) expect(classesOf(await fitted(drawn, ["scenario"]))).toEqual([]);
  });

  it("gives the same bytes again, survives writing, and is copied and checked with its entry APIs", async () => {
    const random = new Random(8);
    const drawn = Array.from({ length: 300 }, () => oneOfThree(random));
    const topology = await fitted(drawn, ["scenario"]);
    const text = writeTopology(topology);
    expect(writeTopology(await fitted(drawn, ["scenario"]))).toBe(text);
    expect(readTopology(text)).toEqual(JSON.parse(text));
    const { topology: doubled } = applyInterventions(topology, [{ type: "upscale", copies: 2 }]);
    expect(classesOf(doubled)).toHaveLength(6);
    const executions = simulate(compile(doubled), { traces: 200, seed: 1 });
    const stores = doubled.apis.flatMap(({ name }, index) => (name === "store" ? [index] : []));
    expect(executions.api.subarray(0, executions.length).filter((api) => stores.includes(api))).toHaveLength(200);

    const broken = structuredClone(topology);
    classesOf(broken)[0]!.probability = 0.9;
    expect(() => writeTopology(broken)).toThrow(/exogenous\[0\]\.classes: probabilities sum to/);
    classesOf(broken)[0]!.entry = "nowhere";
    expect(() => writeTopology(broken)).toThrow(/exogenous\[0\]\.classes\[0\]\.entry.*nowhere/);
  });
});
