import { afterAll, expect, it } from "vitest";
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
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { insertSpans, type SpanLiteral } from "../executions/insertSpans.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());

const loads = [10, 40, 160];
/** The share of traces in which both B and D miss their cache, work longer and ask C. */
const missing = (load: number) => 0.1 + 0.2 * Math.log2(load / 10);
const store = 5000;
const work = (misses: boolean, random: Random) => Math.round((misses ? 2000 : 500) * (1 + random.uniform()));

it("draws kinds of traces as often as they are at the load that traces run at", async () => {
  const random = new Random(2);
  const spans = loads.flatMap((load, file) =>
    Array.from({ length: 400 }, (_, number): SpanLiteral[] => {
      const trace = `trace ${file} ${number}`;
      const start = Math.round(file * 1e9 + (number * 1e6) / load);
      const misses = random.uniform() < missing(load);
      const call = (api: string, id: string, from: number): SpanLiteral[] => {
        const end = from + work(misses, random) + (misses ? store : 0);
        const own: SpanLiteral = { trace, file, id, parent: "a", api: `${api} get`, at: [from, end] };
        return misses ? [own, { trace, file, id: `${id}c`, parent: id, api: "C read", at: [end - store, end] }] : [own];
      };
      const first = call("B", "b", start + 100);
      const second = call("D", "d", first[0]!.at[1] + 100);
      return [{ trace, file, id: "a", api: "A get", at: [start, second[0]!.at[1] + 100] }, ...first, ...second];
    }).flat(),
  );
  const dataset = await insertSpans(engine, spans);
  const resolution = await buildExecutions(dataset);
  await splitTraces(dataset, 0, 1);
  const nodes = ["context", "scenario", "load"];
  const given = loads.map((load, file) => ({ file: `file${file}`, load }));
  const topology = await fitTopology(dataset, { resolution, nodes, loads: given });
  const scenario = topology.exogenous.find(({ kind }) => kind === "scenario")!;
  expect(scenario.parents).toEqual(["load"]);
  for (const load of loads) {
    const rare = scenario.classes!.filter((each) => each.given?.load === String(load));
    expect(rare.map(({ probability }) => probability).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
    const shares = rare.map(({ probability }) => Math.abs(probability - missing(load)));
    expect(Math.min(...shares)).toBeLessThan(0.06);
  }
  const text = writeTopology(topology);
  expect(readTopology(text)).toEqual(JSON.parse(text));
  const truth = (load: number) =>
    Float64Array.from({ length: 20_000 }, () => {
      const misses = random.uniform() < missing(load);
      return 300 + work(misses, random) + work(misses, random) + (misses ? 2 * store : 0);
    }).sort();
  for (const load of [...loads, 20, 80]) {
    const { topology: moved } = applyInterventions(topology, [{ type: "setLoad", load }]);
    const { roots } = latencySamples(simulate(compile(moved), { traces: 20_000, seed: 1 }), moved);
    expect(ks(roots[0]!.durations, truth(load)), `load ${load}`).toBeLessThan(0.06);
  }
  const broken = structuredClone(topology);
  const classes = broken.exogenous.find(({ kind }) => kind === "scenario")!;
  classes.classes = classes.classes!.filter(({ given }) => given);
  expect(() => writeTopology(broken)).toThrow(
    /exogenous\[\d\]\.classes\[\d\]: "A: get" has no classes for any other load/,
  );
});
