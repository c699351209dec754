import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../datasets/random.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import type { GivenLoad } from "../../lib/gcm/fitLoad.ts";
import { defaultNodes, nodeKinds } from "../../lib/gcm/nodeKinds.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import { fitTopology } from "../../lib/topology/fitTopology.ts";
import { readTopology } from "../../lib/topology/readTopology.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { type Dataset, tableOf } from "../../lib/traces/dataset.ts";
import { insertSpans, type SpanLiteral } from "../executions/insertSpans.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());

const random = new Random(4);
const work = () => 100 + random.lognormal(100, 0.5);

async function fitted(
  spans: readonly SpanLiteral[] | Dataset,
  nodes?: readonly string[],
  loads: readonly GivenLoad[] = [],
): Promise<Topology> {
  const dataset = "engine" in spans ? spans : await insertSpans(engine, [...spans]);
  const resolution = await buildExecutions(dataset);
  await splitTraces(dataset, 0, 1);
  const topology = await fitTopology(dataset, { resolution, loads, ...(nodes ? { nodes } : {}) });
  sound(topology);
  return topology;
}

/** Every number in a value. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return value && typeof value === "object" ? Object.values(value).flatMap(numbersIn) : [];
}

/** The topology holds finite numbers only, survives its file, can be simulated, and says something of each node. */
function sound(topology: Topology): void {
  expect(numbersIn(topology).every(Number.isFinite)).toBe(true);
  expect(readTopology(writeTopology(topology)).provenance.nodes).toEqual(topology.provenance.nodes);
  const { duration, length } = simulate(compile(topology), { traces: 200, seed: 1 });
  expect(duration.subarray(0, length).every((each) => Number.isFinite(each) && each >= 0)).toBe(true);
  for (const { kept, why, numbers } of topology.provenance.nodes!) {
    expect(why).not.toBe("");
    expect(kept || numbers === 0).toBe(true);
  }
}

function kept({ provenance }: Topology): string[] {
  return provenance.nodes!.filter((each) => each.kept).map(({ node }) => node);
}

function whyOf({ provenance }: Topology, kind: string): string {
  return provenance.nodes!.find(({ node }) => node === kind)!.why;
}

/** Traces of A, which calls B. */
function pairs(count: number, own: (trace: number) => [number, number]): SpanLiteral[] {
  return Array.from({ length: count }, (_, number): SpanLiteral[] => {
    const trace = `t${number}`;
    const begin = number * 1e6;
    const [a, b] = own(number);
    return [
      { trace, id: "a", api: "A get", at: [begin, begin + a + b] },
      { trace, id: "b", parent: "a", api: "B get", at: [begin, begin + b] },
    ];
  }).flat();
}

function alone(count: number, api: (trace: number) => string, duration: () => number): SpanLiteral[] {
  return Array.from({ length: count }, (_, i) => {
    const begin = i * 1e4;
    return { trace: `t${i}`, id: "a", api: api(i), at: [begin, begin + duration()] };
  });
}

describe("a fit falls back to the simpler model, and says so", () => {
  it.each<[string, SpanLiteral[], RegExp]>([
    ["for three traces", pairs(3, () => [work(), work()]), /^left out: [0-3] traces .*too few to tell$/],
    ["where all durations are equal", pairs(300, () => [70, 30]), /^left out: held-out traces become no likelier/],
    ["where all durations are zero", pairs(300, () => [0, 0]), /^left out: held-out traces become no likelier/],
    [
      "where times are independent",
      pairs(600, () => [work(), work()]),
      /^left out: held-out traces become no likelier/,
    ],
    ["for one API", alone(300, () => "A get", work), /^left out: held-out traces become no likelier/],
    [
      "for 10,000 APIs with one call each",
      alone(
        10_000,
        (i) => `S${i % 50} op${i}`,
        () => 5,
      ),
      /^left out: /,
    ],
  ])("%s", async (_, spans, why) => {
    const topology = await fitted(spans);
    expect(kept(topology)).toEqual([]);
    expect(whyOf(topology, "factors")).toMatch(why);
    expect(topology.provenance.nodes!.map(({ node }) => node)).toEqual(
      nodeKinds.filter((kind) => defaultNodes.includes(kind)),
    );
  });

  it("for one trace 200,000 times", async () => {
    const dataset = await insertSpans(engine, [{ trace: "t", id: "a", api: "A get", at: [0, 70] }]);
    const spans = tableOf(dataset, "spans");
    await engine.query(`
      CREATE OR REPLACE TABLE ${spans} AS
      SELECT s.* REPLACE (s.trace || c.copy AS trace, s."row" + c.copy AS "row", s.start + 1000.0 * c.copy AS start)
      FROM ${spans} s, range(200000) c(copy)`);
    await engine.query(`UPDATE ${tableOf(dataset, "files")} SET rows_read = rows_read * 200000`);
    const topology = await fitted(dataset);
    expect(kept(topology)).toEqual([]);
    expect(topology.apis[0]!.executions).toBe(200_000);
  });

  it("where kinds of traces separate perfectly, keeps them finite", async () => {
    const topology = await fitted(pairs(600, (trace) => (trace % 2 === 0 ? [10, 10] : [1000, 1000])));
    expect(kept(topology).length).toBeGreaterThan(0);
    const { duration, parent, length } = simulate(compile(topology), { traces: 500, seed: 1 });
    const roots = [...duration.subarray(0, length)].filter((_, row) => parent[row]! < 0);
    // Nothing in between: fast callers have fast callees.
    expect(roots.filter((each) => each > 30 && each < 1900)).toEqual([]);
  });

  it("where two calls always take the same, so that factors explain all of them", async () => {
    const topology = await fitted(
      pairs(600, () => {
        const same = work();
        return [same, same];
      }),
      ["factors"],
    );
    const loadings = topology.apis.flatMap(({ gcm }) =>
      gcm.nodes.flatMap((node) => Object.values(node.loadings ?? {})),
    );
    expect(loadings.length).toBeGreaterThan(0);
    for (const { gcm } of topology.apis)
      for (const { loadings = {} } of gcm.nodes)
        expect(Object.values(loadings).reduce((sum, weight) => sum + weight ** 2, 0)).toBeLessThanOrEqual(0.96);
  });
});

describe("a fit says what it chose", () => {
  it("names what is kept, with the figures that it rests on and the numbers that it costs", async () => {
    const topology = await fitted(
      pairs(800, () => {
        const slow = random.lognormal(1, 0.5);
        return [slow * random.lognormal(100, 0.2), slow * random.lognormal(100, 0.2)];
      }),
      ["context", "factors"],
    );
    const [context, factors] = topology.provenance.nodes!;
    expect(context).toMatchObject({ node: "context", kept: false, numbers: 0 });
    expect(factors).toMatchObject({ node: "factors", kept: true });
    expect(factors!.why).toMatch(/^\d factors?: held-out log-likelihood \+\d+\.\d+ ± \d+\.\d+ a trace, \d+ numbers?$/);
    expect(factors!.gain).toBeGreaterThan(0.1);
  });

  it("leaves out what does not pay for its numbers, but not what was asked for", async () => {
    // 25 callees of one caller, each a little slower when the caller is.
    const traces = Array.from({ length: 400 }, (_, number): SpanLiteral[] => {
      const begin = number * 1e6;
      const slow = random.lognormal(1, 0.4);
      const own = slow * 100 * random.lognormal(1, 0.2);
      let at = begin + own;
      const calls = Array.from({ length: 25 }, (_, callee): SpanLiteral => {
        const from = at;
        at += 100 * slow ** 0.5 * random.lognormal(1, 0.5);
        return { trace: `t${number}`, id: `b${callee}`, parent: "a", api: `B op${callee}`, at: [from, at] };
      });
      return [{ trace: `t${number}`, id: "a", api: "A get", at: [begin, at] }, ...calls];
    }).flat();
    const chosen = await fitted(traces);
    const asked = await fitted(traces, ["parent-class", "factors"]);
    expect(kept(asked)).toContain("parent-class");
    expect(kept(chosen)).toEqual(["factors"]);
    expect(whyOf(chosen, "parent-class")).toMatch(
      /^left out: \d+ numbers would earn \d+\.\d nats of held-out log-likelihood in 400 traces, fewer than 0\.25 each$/,
    );
  });
});
