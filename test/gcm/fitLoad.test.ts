import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../datasets/random.ts";
import { ks } from "../../lib/compare/ks.ts";
import { latencySamples } from "../../lib/compare/latencySamples.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import type { GivenLoad } from "../../lib/gcm/fitLoad.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import { fitTopology } from "../../lib/topology/fitTopology.ts";
import { readTopology } from "../../lib/topology/readTopology.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { insertSpans, type SpanLiteral } from "../executions/insertSpans.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());

/** A trace: its arrival, µs, its file, and what it takes. */
interface Arrival {
  at: number;
  file: number;
  slow: boolean;
}

const loads = [10, 40, 160];
/** The share of slow calls of B grows by 0.2 with each doubling of the load; a slow call also asks C, a store. */
const slowShare = (load: number) => 0.1 + 0.2 * Math.log2(load / 10);

/** Own time of B, µs. */
const ownTime = (slow: boolean, random: Random) => (slow ? 3000 : 500) * (1 + 0.5 * random.uniform());
const storeTime = 1000;

/** Traces at several loads, each in a file of its own, a minute apart. */
function recorded(random: Random, each = 400): Arrival[] {
  return loads.flatMap((load, file) => {
    let at = file * 1e9;
    return Array.from({ length: each }, () => {
      at += random.exponential(1e6 / load);
      return { at, file, slow: random.uniform() < slowShare(load) };
    });
  });
}

async function fitted(arrivals: readonly Arrival[], nodes: string[], given: GivenLoad[] = [], seed = 2) {
  const random = new Random(seed);
  const spans = arrivals.flatMap(({ at, file, slow }, number): SpanLiteral[] => {
    const [trace, start] = [`trace ${number}`, Math.round(at)];
    const own = Math.round(ownTime(slow, random));
    const end = start + 100 + own + (slow ? storeTime : 0);
    return [
      { trace, file, id: "a", api: "A get", at: [start, end + 100] },
      { trace, file, id: "b", parent: "a", api: "B work", at: [start + 100, end] },
      ...(slow
        ? [{ trace, file, id: "c", parent: "b", api: "C read", at: [end - storeTime, end] as [number, number] }]
        : []),
    ];
  });
  const dataset = await insertSpans(engine, spans);
  const resolution = await buildExecutions(dataset);
  await splitTraces(dataset, 0, 1);
  const said: string[] = [];
  const say = (sentence: string) => said.push(sentence);
  const topology = await fitTopology(dataset, { resolution, nodes, loads: given, say });
  return { topology, said, ledger: await readLedger(dataset) };
}

const given = loads.map((load, file) => ({ file: `file${file}`, load }));
const loadOf = ({ exogenous }: Topology) => exogenous.find(({ kind }) => kind === "load");

/** KS of a topology's roots from the truth at a load. */
function distance(topology: Topology, load: number): number {
  const random = new Random(9);
  const truth = Float64Array.from({ length: 20_000 }, () => {
    const slow = random.uniform() < slowShare(load);
    return 200 + ownTime(slow, random) + (slow ? storeTime : 0);
  }).sort();
  const { roots } = latencySamples(simulate(compile(topology), { traces: 20_000, seed: 1 }), topology);
  return ks(roots[0]!.durations, truth);
}

describe("the load node", () => {
  it("predicts a load that was never recorded, and without it the model cannot", async () => {
    const arrivals = recorded(new Random(1));
    const { topology, said } = await fitted(arrivals, ["context", "load"], given);
    expect(said).toEqual([]);
    expect(loadOf(topology)!.levels!.map(({ load, n }) => [load, n])).toEqual(loads.map((load) => [load, 400]));
    const at = (load: number) => applyInterventions(topology, [{ type: "setLoad", load }]);
    for (const load of [...loads, 20, 80]) expect(distance(at(load).topology, load)).toBeLessThan(0.06);
    expect(at(20).repairs[0]!.text).toBe("load 20 is predicted: 50 % of load 10 and 50 % of load 40");
    expect(at(500).repairs[0]!.text).toMatch(/^load 500 is outside of what was recorded \(10 to 160\): .* load 160$/);
    // All that is left of load is in the rows that name it: the path, and through it B's own time and the calls of C.
    const path = topology.apis.find(({ name }) => name === "work")!.gcm.nodes.find(({ id }) => id === "path")!;
    expect(path.parents).toContain("load");
    const { topology: without } = await fitted(arrivals, ["context", "scenario", "parent-class", "factors"]);
    for (const load of [20, 80]) expect(distance(without, load)).toBeGreaterThan(0.15);
    expect(() => applyInterventions(without, [{ type: "setLoad", load: 20 }])).toThrow(
      /^interventions\[0\]: setLoad: nothing in this topology depends on load/,
    );
  });

  it("measures arrivals, and moves with the workload's rate", async () => {
    const random = new Random(3);
    // Calm and busy by turns, 100 traces each, in one file.
    let at = 0;
    const arrivals = Array.from({ length: 1600 }, (_, number) => {
      const busy = Math.floor(number / 100) % 2 === 1;
      at += random.exponential(1e6 / (busy ? 160 : 10));
      return { at, file: 0, slow: random.uniform() < slowShare(busy ? 160 : 10) };
    });
    const { topology } = await fitted(arrivals, ["load"]);
    const levels = loadOf(topology)!.levels!;
    expect(Math.abs(levels[0]!.load / 10 - 1)).toBeLessThan(0.3);
    expect(Math.abs(levels.at(-1)!.load / 160 - 1)).toBeLessThan(0.3);
    for (const rate of [10, 160]) {
      const { topology: moved } = applyInterventions(topology, [{ type: "setRate", rate }]);
      expect(moved.workload.rate).toBe(rate);
      expect(distance(moved, rate)).toBeLessThan(0.12);
    }
    expect(distance(topology, 10)).toBeGreaterThan(0.25);
  });

  it("is left out, with the reason, where it tells nothing", async () => {
    const random = new Random(4);
    const alike = recorded(random, 150).map((arrival) => ({ ...arrival, slow: random.uniform() < 0.3 }));
    for (const loads of [given, []]) {
      const { topology, said } = await fitted(alike, ["load"], loads);
      expect(loadOf(topology)).toBeUndefined();
      expect(said).toEqual([expect.stringMatching(/^load: own times do not depend on it .*: left out$/)]);
    }
    const few = await fitted(recorded(random, 1), ["load"]);
    expect([loadOf(few.topology), few.said.length]).toEqual([undefined, 1]);
  });

  it("says what becomes of files without a load, and refuses patterns that fit none, or fit twice", async () => {
    const arrivals = recorded(new Random(5), 200);
    const { topology, said, ledger } = await fitted(arrivals, ["load"], given.slice(0, 2));
    expect(loadOf(topology)!.levels!.map(({ load, n }) => [load, n])).toEqual([
      [10, 200],
      [40, 200],
    ]);
    expect(said).toEqual(["load: none is given for file2: these traces count only in what holds for any load"]);
    expect(ledger.rules).toContainEqual(expect.objectContaining({ file: "file2", rule: "load-unknown" }));
    await expect(fitted(arrivals, ["load"], [{ file: "*.csv", load: 1 }])).rejects.toThrow(
      'load: no file matches "*.csv"; there are file0, file1, file2',
    );
    await expect(fitted(arrivals, ["load"], [...given, { file: "file*", load: 7 }])).rejects.toThrow(
      "load: file0 is given the loads 10 and 7",
    );
  });

  it("gives the same bytes again, survives writing, and is checked", async () => {
    const arrivals = recorded(new Random(6), 100);
    const { topology } = await fitted(arrivals, ["load"], given);
    const text = writeTopology(topology);
    expect(writeTopology((await fitted(arrivals, ["load"], given)).topology)).toBe(text);
    expect(readTopology(text)).toEqual(JSON.parse(text));
    for (const [change, message] of [
      [{ probability: 0.9 }, /exogenous\[0\]\.levels: probabilities sum to/],
      [{ least: 20 }, /exogenous\[0\]\.levels\[0\]\.load: 10 is not between 20 and 10/],
      [{ load: -1 }, /exogenous\[0\]\.levels\[0\]\.load: -1 is not/],
    ] as const) {
      const broken = structuredClone(topology);
      Object.assign(loadOf(broken)!.levels![0]!, change);
      expect(() => writeTopology(broken)).toThrow(message);
    }
  });
});
