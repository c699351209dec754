import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../datasets/random.ts";
import { ks } from "../../lib/compare/ks.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { causalTables } from "../../lib/export/go/causalTables.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import type { Intervention } from "../../lib/interventions/operation.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import { readTopology } from "../../lib/topology/readTopology.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { csv, TraceFolder } from "../traces/traceFolder.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const folder = new TraceFolder();
const callers = { small: [1, 2, 3], large: [10, 20, 30] };

/** Own time of the callee, µs, for so many items: 500 each. What the store between them does has nothing to do with it. */
const work = (items: number, random: Random) => 500 * items * (1 + 0.2 * random.uniform());

interface Span {
  trace: string;
  id: string;
  parent?: string;
  service: string;
  name: string;
  start: number;
  duration: number;
  tags: Record<string, unknown>;
}

/** The entry `small` asks for few items and `large` for many, through a cart, of a catalog that works for each item. */
function traces(count: number, seed: number): Span[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, number) => {
    const caller = random.uniform() < 0.5 ? "small" : "large";
    const items = callers[caller][Math.floor(3 * random.uniform())]!;
    const tags = { "app.items": items, tenant: items % 2 ? "odd" : "even" };
    const took = Math.round(work(items, random));
    const [trace, start] = [`${number + 1}`.padStart(32, "0"), number * 1e6];
    return [
      { trace, id: "1", service: "shop", name: caller, start, duration: took + 400, tags },
      {
        trace,
        id: "2",
        parent: "1",
        service: "cart",
        name: "list",
        start: start + 100,
        duration: took + 200,
        tags: {},
      },
      { trace, id: "3", parent: "2", service: "catalog", name: "get", start: start + 200, duration: took, tags: {} },
    ];
  }).flat();
}

const id = (text: string) => text.padStart(16, "0");
const ns = (micros: number) => String(Math.round(1.7e15 + micros)).concat("000");

const writers: Record<string, (spans: readonly Span[]) => string> = {
  "otlp.jsonl": (spans) =>
    spans
      .map(({ trace, id: span, parent, service, name, start, duration, tags }) => {
        const value = (each: unknown) =>
          typeof each === "number" ? { intValue: String(each) } : { stringValue: each };
        const attributes = Object.entries(tags).map(([key, each]) => ({ key, value: value(each) }));
        const times = { startTimeUnixNano: ns(start), endTimeUnixNano: ns(start + duration) };
        const ids = { traceId: trace, spanId: id(span), ...(parent ? { parentSpanId: id(parent) } : {}) };
        return JSON.stringify({
          resourceSpans: [
            {
              resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
              scopeSpans: [{ spans: [{ ...ids, ...times, name, kind: 2, attributes }] }],
            },
          ],
        });
      })
      .join("\n"),
  "zipkin.json": (spans) =>
    JSON.stringify(
      spans.map(({ trace, id: span, parent, service, name, start, duration, tags }) => ({
        ...{ traceId: trace, id: id(span), ...(parent ? { parentId: id(parent) } : {}), name, kind: "SERVER" },
        ...{ timestamp: 1.7e15 + start, duration, localEndpoint: { serviceName: service } },
        tags: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)])),
      })),
    ),
  "spans.csv": (spans) =>
    csv([
      ["trace", "id", "parent", "service", "operation", "start", "duration", "app.items", "tenant"],
      ...spans.map((each) => [
        ...[each.trace, each.id, each.parent, each.service, each.name, each.start, each.duration],
        ...[each.tags["app.items"], each.tags.tenant],
      ]),
    ]),
};

const items: Intervention = {
  type: "addDimension",
  name: "items",
  column: "app.items",
  from: { service: "shop" },
  to: [{ service: "catalog" }],
};

async function fitted(file: string, interventions: Intervention[], nodes = ["context"]): Promise<Topology> {
  return fitTraces({ engine, schema: "dimension" }, [file], { nodes, interventions });
}

/** Durations of an API, for each value of what its trace's entry draws in the topology, or all together. */
function durationsOf(topology: Topology, service: string): Float64Array {
  const executions = simulate(compile(topology), { traces: 6000, seed: 1 });
  const apis = topology.apis.map((api) => topology.services.find(({ id }) => id === api.service)!.name);
  const found: number[] = [];
  for (let row = 0; row < executions.length; row++)
    if (apis[executions.api[row]!] === service) found.push(executions.duration[row]!);
  return Float64Array.from(found).sort();
}

const truthOf = (numbers: readonly number[]) => {
  const random = new Random(3);
  const one = () => work(numbers[Math.floor(numbers.length * random.uniform())]!, random);
  return Float64Array.from({ length: 6000 }, one).sort();
};

describe("a dimension", () => {
  it("is read from any format, sent down the calls, and answers what-if, which a model without it cannot", async () => {
    const texts: string[] = [];
    for (const [name, write] of Object.entries(writers)) {
      const topology = await fitted(folder.write(name, write(traces(600, 1))), [items]);
      const node = topology.exogenous.find(({ kind }) => kind === "dimension")!;
      expect(node).toMatchObject({ id: "items", column: "app.items", parents: [] });
      expect(node.values!.map(({ api, to }) => [api, to.map(({ value }) => value)])).toEqual([
        ["shop: large", ["10", "20", "30"]],
        ["shop: small", ["1", "2", "3"]],
      ]);
      const catalog = topology.apis.find(({ service }) => service.startsWith("catalog"))!;
      expect(catalog.gcm.nodes.find(({ kind }) => kind === "own_time")!.parents).toContain("items");
      const cart = topology.apis.find(({ service }) => service.startsWith("cart"))!;
      expect(cart.gcm.nodes.flatMap(({ parents }) => parents)).not.toContain("items");
      expect(ks(durationsOf(topology, "catalog"), truthOf([1, 2, 3, 10, 20, 30]))).toBeLessThan(0.05);
      texts.push(writeTopology({ ...topology, name: "", provenance: { ...topology.provenance, sources: [] } }));

      const twenty = { type: "setDimension", name: "items", values: [{ value: "20", weight: 1 }] };
      const { topology: always } = applyInterventions(topology, [twenty]);
      expect(ks(durationsOf(always, "catalog"), truthOf([20]))).toBeLessThan(0.08);
      expect(ks(durationsOf(topology, "catalog"), truthOf([20]))).toBeGreaterThan(0.4);
    }
    expect(new Set(texts.map((text) => JSON.stringify(JSON.parse(text).apis))).size).toBe(1);
  });

  it("survives writing, travels in the baggage of a generated system, and is changed by name", async () => {
    const topology = await fitted(folder.write("again.csv", writers["spans.csv"]!(traces(300, 2))), [items]);
    const text = writeTopology(topology);
    expect(readTopology(text)).toEqual(JSON.parse(text));
    expect(topology.provenance.interventions).toEqual([items]);
    const causal = causalTables(topology);
    expect(causal.labels).toEqual([{ id: "items", values: 6 }]);
    const draws = [...causal.apis].map(([api, variants]) => [api, variants[0]!.draws.length]);
    expect(Object.fromEntries(draws)).toMatchObject({ "shop: small": 1, "shop: large": 1, "cart: list": 0 });
    const change = (fields: object) =>
      applyInterventions(topology, [{ type: "setDimension", name: "items", ...fields }]);
    const some = change({ api: "shop: small", values: [{ value: "1", weight: 2 }] }).topology;
    expect(some.exogenous[0]!.values!.find(({ api }) => api === "shop: small")!.to).toEqual([
      { value: "1", probability: 1 },
    ]);
    expect(() => change({ values: [{ value: "7", weight: 1 }] })).toThrow(
      /setDimension: "7" is not one of 1, 2, 3, 10, 20, 30/,
    );
    expect(() => change({ name: "tenant", values: [{ value: "a", weight: 1 }] })).toThrow(
      'setDimension: there is no dimension "tenant" (there are items)',
    );
    const { topology: doubled } = applyInterventions(topology, [{ type: "upscale", copies: 2 }]);
    expect(doubled.exogenous[0]!.values).toHaveLength(4);
    const { topology: less } = applyInterventions(topology, [{ type: "removeApi", api: "shop: small" }]);
    expect(less.exogenous[0]!.values!.map(({ api }) => api)).toEqual(["shop: large"]);
    const broken = structuredClone(topology);
    broken.exogenous[0]!.values![0]!.to[0]!.probability = 0.9;
    expect(() => writeTopology(broken)).toThrow(/exogenous\[0\]\.values\[0\]\.to: probabilities sum to/);
  });

  it("says what became of it", async () => {
    const file = folder.write("said.csv", writers["spans.csv"]!(traces(300, 2)));
    const said: string[] = [];
    const say = (sentence: string) => said.push(sentence);
    const others = { ...items, name: "others", to: [{ service: "cart" }] };
    await fitTraces({ engine, schema: "dimension" }, [file], {
      nodes: ["context"],
      interventions: [items, others],
      say,
    });
    expect(said).toEqual([
      "items: shop: large, shop: small draw one of 6 values; on it depend own time of catalog: get",
      "others: shop: large, shop: small draw one of 6 values; nothing depends on it as far as these traces can tell",
    ]);
  });

  it("divides many numbers into classes, and takes texts as they are, beside other nodes", async () => {
    const random = new Random(5);
    const spans = traces(400, 5).map((span) => ({
      ...span,
      tags: "tenant" in span.tags ? { ...span.tags, bytes: Math.round(1000 * random.uniform()) } : {},
    }));
    const file = folder.write("classes.jsonl", writers["otlp.jsonl"]!(spans));
    const bytes = { ...items, name: "bytes", column: "bytes", classes: 4 };
    const tenant = { ...items, name: "tenant", column: "tenant" };
    const topology = await fitted(file, [bytes, items, tenant], ["context", "scenario", "parent-class", "factors"]);
    const added = topology.exogenous.filter(({ kind }) => kind === "dimension");
    expect(added.map(({ id }) => id)).toEqual(["bytes", "items", "tenant"]);
    const of = (node: number) => [...new Set(added[node]!.values!.flatMap(({ to }) => to.map(({ value }) => value)))];
    expect(of(0)).toHaveLength(4);
    expect(of(0).every((value) => /^\d+ to \d+$/.test(value))).toBe(true);
    expect(of(2)).toEqual(["even", "odd"]);
    simulate(compile(topology), { traces: 200, seed: 1 });
  });

  it("says in one line what cannot be", async () => {
    const spans = traces(60, 6).map((span, number) => ({ ...span, tags: { ...span.tags, user: `u${number}` } }));
    const file = folder.write("bad.jsonl", writers["otlp.jsonl"]!(spans));
    const refused = (fields: object) => expect(fitted(file, [{ ...items, ...fields } as Intervention])).rejects;
    const place = "interventions[0]: addDimension: ";
    await refused({ column: "nothing" }).toThrow(
      `${place}no span has a value for "nothing": neither a column nor an attribute of that name`,
    );
    await refused({ from: { service: "catalog" } }).toThrow(
      `${place}"app.items" has no value in any execution of catalog: get`,
    );
    await refused({ column: "user" }).toThrow(
      `${place}"user" has 60 different texts, which are more than the 32 that can be told apart`,
    );
    await refused({ to: [{ service: "nowhere" }] }).toThrow(`${place}to: no API is "nowhere": "*"`);
    await refused({ from: { service: "shop", name: "small" }, to: [{ service: "shop", name: "large" }] }).toThrow(
      `${place}to: no execution of shop: large is called by one of shop: small, directly or not`,
    );
    await refused({ name: "caller" }).toThrow(`${place}name: "caller" is the name of another node`);
    await refused({ name: "a b" }).toThrow(/^interventions\[0\]: addDimension: name: "a b" is not a name of [^\n]*$/);
    await refused({ classes: 1 }).toThrow(`${place}classes: 1 is not a whole number of at least 2`);
    await expect(fitted(file, [items, items])).rejects.toThrow(
      'interventions[1]: addDimension: name: there is a dimension "items" already',
    );
    expect(() => applyInterventions({} as Topology, [items])).toThrow();
  });
});
