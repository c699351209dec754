import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../lib/simulate/compile.ts";
import type { Executions } from "../../lib/simulate/executions.ts";
import { maxDepth, simulate, simulateBatches } from "../../lib/simulate/simulate.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { ownTime, patternsTopology } from "../topology/patternsTopology.ts";
import { distance, durations } from "./samples.ts";
import { syntheticTopology } from "./syntheticTopology.ts";

type Column = "trace" | "parent" | "api" | "edge" | "start" | "duration" | "waited" | "stage" | "asynchronous";
const columns: Column[] = ["trace", "parent", "api", "edge", "start", "duration", "waited", "stage", "asynchronous"];

/** Columns as plain lists, parents counted from the first row of all. */
function rows(batches: Iterable<Executions>): Record<Column, number[]> {
  const all = Object.fromEntries(columns.map((name) => [name, [] as number[]])) as Record<Column, number[]>;
  for (const batch of batches) {
    const before = all.trace.length;
    for (let row = 0; row < batch.length; row++) {
      for (const name of columns) {
        const value = batch[name][row]!;
        all[name].push(name === "parent" && value >= 0 ? value + before : value);
      }
    }
  }
  return all;
}

const synthetic = fc
  .record({ apis: fc.integer({ min: 1, max: 20 }), stages: fc.integer({ min: 1, max: 3 }), seed: fc.nat() })
  .map(syntheticTopology);

describe("simulate", () => {
  it("gives the same bytes for the same seed, others for another", () => {
    const compiled = compile(syntheticTopology({ apis: 12, stages: 2, seed: 1 }));
    const run = (seed: number) => rows([simulate(compiled, { traces: 300, seed })]);
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
  });

  it("does not depend on the size of batches, which are bounded", () => {
    fc.assert(
      fc.property(synthetic, fc.integer({ min: 1, max: 500 }), (topology, batch) => {
        const compiled = compile(topology);
        const options = { traces: 60, seed: 3 };
        const whole = simulate(compiled, options);
        const batches = [...simulateBatches(compiled, { ...options, batch })];
        expect(rows(batches)).toEqual(rows([whole]));
        expect(batches.reduce((sum, { traces }) => sum + traces, 0)).toBe(60);
        for (const each of batches) {
          const lastTrace = each.trace.subarray(0, each.length).indexOf(each.trace[each.length - 1]!);
          expect(lastTrace).toBeLessThan(batch);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("keeps callers before callees, traces together, calls within what waits for them, walks finite", () => {
    fc.assert(
      fc.property(synthetic, fc.constantFrom("gcm" as const, "simple" as const), (topology, model) => {
        const found = rows([simulate(compile(topology, model), { traces: 50, seed: 1 })]);
        for (let row = 0; row < found.trace.length; row++) {
          const parent = found.parent[row]!;
          expect(found.duration[row]).toBeGreaterThanOrEqual(0);
          expect(found.waited[row]).toBeGreaterThanOrEqual(found.duration[row]!);
          if (parent < 0) {
            expect(found.edge[row]).toBe(-1);
            expect(found.trace[row]).toBe(row === 0 ? 0 : found.trace[row - 1]! + 1);
            continue;
          }
          const edge = topology.edges[found.edge[row]!]!;
          expect(edge.callee).toBe(topology.apis[found.api[row]!]!.id);
          expect(edge.caller).toBe(topology.apis[found.api[parent]!]!.id);
          expect(parent).toBeLessThan(row);
          expect(found.trace[parent]).toBe(found.trace[row]);
          expect(found.start[row]).toBeGreaterThanOrEqual(found.start[parent]!);
          if (found.asynchronous[row]) continue;
          const end = found.start[row]! + found.waited[row]!;
          expect(end).toBeLessThanOrEqual(found.start[parent]! + found.waited[parent]! + 1e-3);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("makes latency the own time and the longest synchronous call of each stage", () => {
    const topology = patternsTopology();
    const found = rows([simulate(compile(topology), { traces: 5000, seed: 2 })]);
    const longest = new Map<number, Map<number, number>>();
    for (const [row, parent] of found.parent.entries()) {
      if (parent < 0 || found.asynchronous[row]) continue;
      const stages = longest.get(parent) ?? new Map<number, number>();
      longest.set(
        parent,
        stages.set(found.stage[row]!, Math.max(stages.get(found.stage[row]!) ?? 0, found.waited[row]!)),
      );
    }
    for (const [row, parent] of found.parent.entries()) {
      if (parent >= 0) continue;
      const stages = [...(longest.get(row)?.values() ?? [])].reduce((sum, each) => sum + each, ownTime);
      expect(found.duration[row]).toBeCloseTo(stages, 6);
    }
  });

  it("multiplies calls by λ", () => {
    const topology = patternsTopology();
    for (const api of topology.apis) for (const lambda of api.gcm.lambda) lambda.value = 2;
    const doubled = durations(topology, simulate(compile(topology), { traces: 4000, seed: 1 }), "gateway concurrent");
    const plain = durations(
      topology,
      simulate(compile(patternsTopology()), { traces: 4000, seed: 1 }),
      "gateway concurrent",
    );
    for (const [index, value] of plain.entries())
      expect(doubled[index]! - ownTime).toBeCloseTo(2 * (value - ownTime), 2);
  });

  it("makes calls as often as the automaton says, within binomial bounds", () => {
    const topology = patternsTopology();
    const found = rows([simulate(compile(topology), { traces: 60_000, seed: 9 })]);
    const calls = topology.edges.map((_, edge) => found.edge.filter((each) => each === edge).length);
    const variance: Record<string, number> = {
      "choice>X": 0.21,
      "choice>Y": 0.21,
      "repeat>X": 0.64,
      "probability>X": 0.24,
    };
    for (const [edge, { id, caller, calls: wanted, asynchronous }] of topology.edges.entries()) {
      const callerIndex = topology.apis.findIndex((api) => api.id === caller);
      const runs = found.api.filter((each) => each === callerIndex).length;
      const deviation = Math.sqrt(runs * (variance[id] ?? 0));
      expect(Math.abs(calls[edge]! - (wanted / 1000) * runs)).toBeLessThanOrEqual(4 * deviation);
      const waiting = found.edge.some((each, row) => each === edge && found.asynchronous[row] === 0);
      expect(waiting).toBe(asynchronous === 0);
    }
  });

  it("conditions own time on the caller: Figure 1", () => {
    const topology = figure1Topology();
    const executions = simulate(compile(topology), { traces: 20_000, seed: 1 });
    const found = rows([executions]);
    for (const [row, parent] of found.parent.entries()) {
      if (topology.apis[found.api[row]!]!.id !== "b B") continue;
      const [low, high] = topology.apis[found.api[parent]!]!.id === "a A" ? [800, 1300] : [8000, 13_000];
      expect(found.duration[row]).toBeGreaterThanOrEqual(low);
      expect(found.duration[row]).toBeLessThanOrEqual(high);
    }
    const simple = simulate(compile(topology, "simple"), { traces: 20_000, seed: 1 });
    const [a] = durations(topology, executions, "a A");
    const [simpleA] = durations(topology, simple, "a A");
    expect(a).toBeLessThan(1200);
    expect(simpleA).toBe(9430);
  });

  it("conditions transitions on the caller and own time on the path and the caller's path", () => {
    const topology = patternsTopology();
    const index = topology.apis.findIndex(({ id }) => id === "gateway choice");
    const choice = topology.apis[index]!;
    choice.pfa.transitions.unshift({
      from: "start",
      given: { caller: "(entry)" },
      visits: 10,
      to: [
        { state: "s1", probability: 0.9 },
        { state: "s2", probability: 0.1 },
      ],
    });
    choice.gcm.nodes[0]!.tables!.unshift({ given: { path: "s2" }, n: 10, values: [5000] });
    const y = topology.apis.find(({ id }) => id === "store Y")!;
    y.gcm.nodes[0]!.tables!.unshift({
      given: { caller: "gateway choice", "caller.path": "s2" },
      n: 10,
      values: [7000],
    });
    const found = rows([simulate(compile(topology), { traces: 6000, seed: 1 })]);
    let [viaX, viaY] = [0, 0];
    for (const [row, parent] of found.parent.entries()) {
      if (parent < 0 || found.api[parent] !== index) continue;
      if (topology.edges[found.edge[row]!]!.id === "choice>X") {
        viaX++;
        expect(found.duration[parent]).toBeLessThan(1100);
      } else {
        viaY++;
        expect(found.duration[row]).toBe(7000);
        expect(found.duration[parent]).toBe(12_000);
      }
    }
    expect(viaX / (viaX + viaY)).toBeGreaterThan(0.86);
    expect(viaX / (viaX + viaY)).toBeLessThan(0.94);
  });

  it("makes the simple statistics' mean the sum of means, whatever the structure", () => {
    const topology = patternsTopology();
    const executions = simulate(compile(topology, "simple"), { traces: 60_000, seed: 2 });
    const mean = (api: string) => topology.apis.find(({ id }) => id === api)!.simple.ownTime;
    for (const api of topology.apis.filter(({ service }) => service === "gateway")) {
      const wanted = api.simple.calls.reduce((sum, { edge, mean: calls, asynchronous }) => {
        return asynchronous ? sum : sum + calls * mean(topology.edges.find(({ id }) => id === edge)!.callee);
      }, ownTime);
      const sample = durations(topology, executions, api.id);
      const average = sample.reduce((sum, value) => sum + value, 0) / sample.length;
      expect(Math.abs(average / wanted - 1)).toBeLessThan(0.03);
    }
  });

  it("rounds times to the topology's resolution, and an API's durations to its own", () => {
    const topology = syntheticTopology({ apis: 10, stages: 2, seed: 4 });
    topology.resolution = 1000;
    const coarse = rows([simulate(compile(topology), { traces: 200, seed: 1 })]);
    for (const name of ["start", "duration", "waited"] as const) {
      expect(coarse[name].every((value) => value % 1000 === 0)).toBe(true);
    }
  });

  it.each([0.001, 500])(
    "rounds each API's durations to its own resolution, whatever the topology's (%s)",
    (resolution) => {
      const topology = syntheticTopology({ apis: 10, stages: 2, seed: 4 });
      topology.resolution = resolution;
      for (const api of topology.apis) api.resolution = 0.001;
      topology.apis[9]!.resolution = 500;
      const found = rows([simulate(compile(topology), { traces: 200, seed: 1 })]);
      const inNanos = found.start.every((value) => Number(value.toFixed(3)) === value);
      expect(inNanos).toBe(true);
      expect(found.duration.some((value) => value % 500 !== 0)).toBe(true);
      expect(found.duration.every((value, row) => found.api[row] !== 9 || value % 500 === 0)).toBe(true);
    },
  );

  it("lets entry calls arrive as a Poisson process of the workload's rate and mix", () => {
    const topology = figure1Topology();
    const found = rows([simulate(compile(topology), { traces: 20_000, seed: 8 })]);
    const starts = found.start.filter((_, row) => found.parent[row]! < 0);
    const gaps = starts.map((start, index) => start - (starts[index - 1] ?? 0)).sort((a, b) => a - b);
    expect(distance(gaps, (gap) => 1 - Math.exp(-gap / 10_000))).toBeLessThan(1.95 / Math.sqrt(20_000));
    const entries = found.api.filter((_, row) => found.parent[row]! < 0);
    expect(Math.abs(entries.filter((api) => api === 0).length / 20_000 - 0.1)).toBeLessThan(0.01);
  });

  describe("bounds recursion", () => {
    const recursive = (calls: number, probability: number) => {
      const topology = figure1Topology();
      topology.edges.push({ id: "e3", caller: "b B", callee: "b B", kind: "local", calls: 1, asynchronous: 0 });
      const { pfa } = topology.apis[1]!;
      const call = { edge: "e3", probability, asynchronous: false };
      pfa.states.push({ id: "s1", calls: Array(calls).fill(call), gap: 0, order: "certain" });
      pfa.transitions[0]!.to[0]!.state = "s1";
      pfa.transitions.push({ from: "s1", given: {}, visits: 1, to: [{ state: "finish", probability: 1 }] });
      return compile(topology);
    };

    it("ends after 64 levels of callers", () => {
      const executions = simulate(recursive(1, 1), { traces: 3, seed: 1 });
      expect(executions.length).toBe(3 * (maxDepth + 1));
    });

    it("refuses a trace that grows without end, in one line", () => {
      expect(() => simulate(recursive(2, 1), { traces: 1, seed: 1, maxTrace: 10_000 })).toThrow(
        'simulate: a trace passed 10000 executions and stages while in API "b B": its calls or repeats do not end',
      );
    });

    it("lets a recursion that dies out die out", () => {
      const executions = simulate(recursive(1, 0.5), { traces: 10_000, seed: 1 });
      expect(Math.abs(executions.length / 10_000 - 3)).toBeLessThan(0.07);
    });
  });

  it("simulates no trace, and refuses a number of traces or a seed that is none", () => {
    const compiled = compile(figure1Topology());
    expect(simulate(compiled, { traces: 0, seed: 1 })).toMatchObject({ length: 0, traces: 0 });
    expect([...simulateBatches(compiled, { traces: 0, seed: 1 })]).toEqual([]);
    expect(() => simulate(compiled, { traces: -1, seed: 1 })).toThrow("simulate: -1 is not a number of traces");
    expect(() => simulate(compiled, { traces: 1, seed: Number.NaN })).toThrow("simulate: NaN is not a finite seed");
  });
});

describe("compile", () => {
  it("refuses a topology without own times in one line, naming the API", () => {
    const topology = figure1Topology();
    topology.apis[1]!.gcm.nodes = topology.apis[1]!.gcm.nodes.filter(({ kind }) => kind !== "own_time");
    expect(() => compile(topology)).toThrow(
      'topology: apis[1]: "b B" has no own_time tables: a structure without times cannot be simulated',
    );
    expect(() => compile(topology, "simple")).toThrow('"b B" has no own_time tables');
  });

  it("refuses rows that depend on what the simulator does not know", () => {
    const topology = figure1Topology();
    topology.apis[1]!.gcm.nodes[3]!.tables!.unshift({ given: { mood: "bright" }, n: 1, values: [1] });
    expect(() => compile(topology)).toThrow(/^topology: apis\[1\]\.gcm\.nodes\[3\]\.tables: .* no context "mood" here/);
  });
});
