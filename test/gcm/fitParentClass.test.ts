import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../datasets/random.ts";
import { ks } from "../../lib/compare/ks.ts";
import { latencySamples } from "../../lib/compare/latencySamples.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import { densities } from "../../lib/gcm/fitParentClass.ts";
import { binCount, binEdges, classBounds, classCount, classOf } from "../../lib/gcm/rankClasses.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import { fitTopology } from "../../lib/topology/fitTopology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { insertSpans, type SpanLiteral } from "../executions/insertSpans.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const classEdges = [0, ...classBounds, 1];

/** Own times, µs, of A and of B, which A calls: each uniform, B's rank in the class of A's. */
function drawOwnTimes(random: Random): [number, number] {
  const rank = random.uniform();
  const each = classOf(rank);
  const within = classEdges[each]! + random.uniform() * (classEdges[each + 1]! - classEdges[each]!);
  return [1000 + 1000 * rank, 1000 + 1000 * within];
}

async function fitted(ownTimes: readonly [number, number][], nodes: string[]) {
  const spans = ownTimes.flatMap(([a, b], trace): SpanLiteral[] => [
    { trace: `trace ${trace}`, id: "a", api: "A get", at: [0, a + b] },
    { trace: `trace ${trace}`, id: "b", parent: "a", api: "B get", at: [500, 500 + b] },
  ]);
  const dataset = await insertSpans(engine, spans);
  const resolution = await buildExecutions(dataset);
  await splitTraces(dataset, 0, 1);
  return fitTopology(dataset, { resolution, nodes });
}

describe("the parent-class node", () => {
  it("reproduces a latency whose parts share the class of their rank, and without it the model cannot", async () => {
    const random = new Random(11);
    const sample = Array.from({ length: 4000 }, () => drawOwnTimes(random));
    const truth = Float64Array.from({ length: 20_000 }, () => {
      const [a, b] = drawOwnTimes(random);
      return a + b;
    }).sort();
    const distance = async (nodes: string[]) => {
      const topology = await fitted(sample, nodes);
      writeTopology(topology);
      const { roots } = latencySamples(simulate(compile(topology), { traces: 20_000, seed: 1 }), topology);
      return ks(roots[0]!.durations, truth);
    };
    expect(await distance(["parent-class"])).toBeLessThan(0.03);
    expect(await distance([])).toBeGreaterThan(0.06);
  });

  it("is left out where ranks are independent, and where every own time is equal", async () => {
    const random = new Random(3);
    const own = () => 1000 + 1000 * random.uniform();
    const independent = await fitted(
      Array.from({ length: 2000 }, () => [own(), own()]),
      ["parent-class"],
    );
    const equal = await fitted(
      Array.from({ length: 200 }, () => [1000, 1000]),
      ["parent-class"],
    );
    for (const topology of [independent, equal]) {
      expect(topology.apis.flatMap(({ gcm }) => gcm.nodes.flatMap(({ ranks }) => ranks ?? []))).toEqual([]);
    }
  });
});

describe("densities", () => {
  const widths = binEdges.slice(1).map((edge, bin) => edge - binEdges[bin]!);

  it("gives nothing for a table whose rows are in proportion, or that has one row or one column", () => {
    expect(
      densities(Array.from({ length: classCount }, (_, each) => widths.map((w) => w * 1000 * (each + 1)))).tables,
    ).toEqual([]);
    const one = Array.from({ length: classCount }, (_, each) => widths.map((w) => (each === 2 ? w * 1000 : 0)));
    expect(densities(one)).toEqual({ tables: [], gain: 0 });
    expect(
      densities(Array.from({ length: classCount }, () => widths.map((_, bin) => (bin === 4 ? 50 : 0)))).tables,
    ).toEqual([]);
    expect(densities(Array.from({ length: classCount }, () => Array(binCount).fill(0))).tables).toEqual([]);
  });

  it("stays finite and sums to 1 where classes and bins separate perfectly", () => {
    const apart = Array.from({ length: classCount }, (_, each) => widths.map((_, bin) => (bin === each ? 100 : 0)));
    const { tables: found, gain } = densities(apart);
    expect(gain).toBeGreaterThan(0);
    expect(found).toHaveLength(classCount);
    for (const { weights } of found) {
      expect(weights.every(Number.isFinite)).toBe(true);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 2);
    }
  });
});
