import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantileGrid } from "../../lib/gcm/quantileGrid.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { replacingBehaviour } from "../../lib/interventions/behaviourOf.ts";
import { diffTopologies } from "../../lib/interventions/diffTopologies.ts";
import type { Intervention } from "../../lib/interventions/operation.ts";
import { operations } from "../../lib/interventions/operations.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Context, Table, Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { distance, durations } from "../simulate/samples.ts";
import { syntheticTopology } from "../simulate/syntheticTopology.ts";
import { ownTime, patternsTopology } from "../topology/patternsTopology.ts";
import { topologyFaults } from "../topologyFaults.ts";

const X = "store X";
const at = (pattern: string) => `gateway ${pattern}`;

/** The patterns with one own time multiplied. */
function scaled(api: string, factor: number): Topology {
  return applyInterventions(patternsTopology(), [{ type: "scaleOwnTime", api, factor }]).topology;
}

/** One intervention of each operation on the patterns, and all that the difference may name. */
const examples: [Intervention, string[]][] = [
  [{ type: "scaleOwnTime", api: X, factor: 2 }, ["store X: own time is multiplied by 2"]],
  [{ type: "shiftOwnTime", api: at("choice"), by: 50 }, ["gateway choice: own time is multiplied by 1.5"]],
  [{ type: "replaceOwnTime", api: X, values: [5] }, ["store X: own time has a median of 5 µs, not 315.2, KS 1"]],
  [
    { type: "setCallProbability", call: "probability>X", probability: 0.7 },
    ["gateway probability: state s1, call store X: probability 0.7, not 0.4"],
  ],
  [
    { type: "setRepeats", api: at("choice"), state: "s1", repeats: 3 },
    ["gateway choice: state s1 repeats 3 times, not once"],
  ],
  [
    { type: "setConcurrentCalls", call: "choice>X", count: 2 },
    ["gateway choice: state s1, call store X: 2 times at once, not once"],
  ],
  [
    { type: "setAsynchronous", call: "concurrent>Y", asynchronous: true },
    ["gateway concurrent: state s1, call store Y: the caller no longer waits"],
  ],
  [
    { type: "makeSequential", api: at("concurrent"), state: "s1" },
    ["gateway concurrent: state s1 calls store X no more", "gateway concurrent: state s1, step 1 is added"],
  ],
  [
    { type: "makeConcurrent", api: at("sequential"), first: "s1", second: "s2" },
    ["gateway sequential: state s1 is removed", "gateway sequential: state s2 also calls store X"],
  ],
  [
    { type: "addCache", call: { callee: X, caller: at("choice") }, hitRatio: 0.25 },
    ["gateway choice: state s1, call store X: probability 0.75, not 1"],
  ],
  [
    { type: "setTimeout", call: "choice>X", timeout: 200 },
    ["gateway choice: state s1, call store X: timeout 200 µs, not none"],
  ],
  [
    { type: "setRetries", call: "choice>X", attempts: 3 },
    ["gateway choice: state s1, call store X: 3 attempts, not 1"],
  ],
  [replacingBehaviour(scaled("store X", 3), "store"), ["store X: own time is multiplied by 3"]],
  [{ type: "addService", name: "cache" }, ["service cache is added"]],
  [{ type: "addApi", service: "store", name: "Z", ownTime: [10] }, ["API store: Z is added"]],
  [
    { type: "addCall", caller: at("repeat"), callee: "store Y", with: "s1", probability: 0.5, network: 20 },
    [
      "gateway repeat: state s1 also calls store Y",
      "gateway repeat: network time to store Y is added, median 20 µs",
      "a call from gateway repeat to store Y is added",
    ],
  ],
  [
    { type: "removeService", service: "store" },
    [
      "service store is removed",
      "API store X is removed",
      "API store Y is removed",
      ...["sequential", "concurrent", "choice", "asynchronous"].flatMap((pattern) => [
        `the call from gateway ${pattern} to store X is removed`,
        `the call from gateway ${pattern} to store Y is removed`,
      ]),
      "the call from gateway repeat to store X is removed",
      "the call from gateway probability to store X is removed",
    ],
  ],
  [{ type: "removeApi", api: at("choice") }, ["API gateway choice is removed"]],
  [
    { type: "removeCall", call: "concurrent>Y" },
    ["gateway concurrent: state s1 calls store Y no more", "the call from gateway concurrent to store Y is removed"],
  ],
  [{ type: "renameService", service: "store", name: "warehouse" }, ["service store is called warehouse"]],
  [{ type: "renameApi", api: X, name: "x2" }, ["API store X is named x2, not X"]],
  [
    { type: "moveApi", api: X, service: "other" },
    ["service other is added", "API store X is in service other, not store"],
  ],
  [
    { type: "mergeServices", services: ["gateway", "store"], into: "all" },
    ["service gateway is removed", "service store is removed", "service all is added"],
  ],
  [
    { type: "splitService", service: "store", apis: "store Y", into: "store2" },
    ["service store2 is added", "API store Y is in service store2, not store"],
  ],
  [
    {
      type: "addState",
      api: at("choice"),
      state: "s3",
      calls: ["choice>Y"],
      from: "s1",
      to: "finish",
      probability: 0.5,
    },
    ["gateway choice: state s3 is added", "gateway choice: s1 to finish: 0.5, not 1"],
  ],
  [{ type: "removeState", api: at("sequential"), state: "s1" }, ["gateway sequential: state s1 is removed"]],
  [
    { type: "setTransition", api: at("choice"), from: "start", to: "s1", probability: 0.6 },
    ["gateway choice: start to s1: 0.6, not 0.3", "gateway choice: start to s2: 0.4, not 0.7"],
  ],
  [
    { type: "removeTransition", api: at("choice"), from: "start", to: "s1" },
    ["gateway choice: state s1 is removed", "gateway choice: start to s2: 1, not 0.7"],
  ],
  [
    { type: "setPayload", call: "choice>X", side: "request", bytes: 512 },
    ["gateway choice: size of requests to store X is added, median 512 bytes"],
  ],
  [{ type: "setRate", rate: 250 }, ["250 entry calls a second, not 100"]],
  [
    { type: "setMix", mix: [{ api: at("choice"), weight: 3 }] },
    ["100 % of entry calls go to gateway choice, not 16.67 %"],
  ],
  [
    { type: "downscale", apis: 7, traces: 200 },
    ["API store Y is removed", "gateway choice: state s2 calls store Y no more"],
  ],
  [{ type: "upscale", copies: 2 }, ["service store #2 is added", "API store X #2 is added"]],
  [{ type: "setWork", api: X, work: [{ kind: "sleep", share: 1 }] }, ['store X: work is [{"kind":"sleep","share":1}]']],
  [{ type: "setInstantiation", service: "store", replicas: 3 }, ["service store: replicas is 3"]],
  [{ type: "setDeployment", tracing: "jaeger", wiringHook: "Mine" }, ['the system: tracing is "jaeger"']],
];

/** The patterns with a network on one call, so that operations on networks have one. */
function networked(): Topology {
  const topology = patternsTopology();
  topology.exogenous.push({
    id: "items",
    kind: "dimension",
    parents: [],
    unit: "label",
    column: "items",
    values: [
      { api: topology.apis[0]!.id, given: {}, n: 10, to: ["1", "2"].map((value) => ({ value, probability: 0.5 })) },
    ],
  });
  topology.exogenous.push({
    id: "load",
    kind: "load",
    parents: [],
    unit: "label",
    levels: [10, 40].map((load) => ({ id: `${load}`, load, least: load, most: load, n: 100, probability: 0.5 })),
  });
  topology.apis[0]!.gcm.nodes.push({
    id: "network:sequential>X",
    kind: "network",
    parents: [],
    unit: "us",
    edge: "sequential>X",
    tables: [{ given: {}, n: 100, values: [10, 20, 40] }],
  });
  return topology;
}

const onNetwork: [Intervention, string[]][] = [
  [
    { type: "setDimension", name: "items", values: [{ value: "2", weight: 3 }] },
    [`items of ${patternsTopology().apis[0]!.id}: 100 % 2, not 50 % 1, 50 % 2`],
  ],
  [{ type: "setLoad", load: 40 }, ["load: 100 % 40, not 50 % 10, 50 % 40"]],
  [
    { type: "scaleNetwork", call: "sequential>X", factor: 3 },
    ["gateway sequential: network time to store X is multiplied by 3"],
  ],
  [
    { type: "shiftNetwork", call: "sequential>X", by: 100 },
    ["gateway sequential: network time to store X has a median of 120 µs, not 20, KS 1"],
  ],
  [
    { type: "replaceNetwork", call: "sequential>X", values: [0] },
    ["gateway sequential: network time to store X has a median of 0 µs, not 20, KS 1"],
  ],
];

describe("applyInterventions", () => {
  it("has an example of every operation", () => {
    const shown = new Set([...examples, ...onNetwork].map(([{ type }]) => type));
    const onTopologies = [...operations.values()].filter(({ stage }) => stage > 1).map(({ type }) => type);
    expect([...shown].sort()).toEqual(onTopologies.sort());
  });

  it.each([...examples, ...onNetwork])("applies %j, and the difference names it", (intervention, named) => {
    const before = networked();
    const text = writeTopology(before);
    const { topology } = applyInterventions(before, [intervention]);
    expect(writeTopology(before)).toBe(text);
    expect(topologyFaults(writeTopology(topology))).toEqual([]);
    expect(topology.provenance.interventions).toEqual([intervention]);
    const differences = diffTopologies(before, topology).map((each) => each.text);
    expect(differences).toEqual(expect.arrayContaining(named));
    const touched = new Set(named.map((line) => line.split(":")[0]));
    const wide = ["removeService", "removeApi", "mergeServices", "setMix", "setDeployment", "downscale", "upscale"];
    if (!wide.includes(intervention.type)) {
      const others = differences.filter((line) => !named.includes(line) && !touched.has(line.split(":")[0]!));
      expect(others.filter((line) => !/^(a|the) call /.test(line))).toEqual([]);
    }
    simulate(compile(topology), { traces: 50, seed: 1 });
  });

  it("changes a context once, whatever contexts there are beside it", () => {
    const caller = at("choice");
    const topology = patternsTopology();
    const node = topology.apis.find(({ id }) => id === X)!.gcm.nodes.find(({ kind }) => kind === "own_time")!;
    // What finds its table through `path` before `caller`, and the other way about.
    const [any] = node.tables!;
    const given: Context[] = [{ caller, path: "finish" }, { caller }, { path: "finish" }];
    for (const order of [given, given.toReversed(), given.slice(1), given.slice(1).toReversed()]) {
      node.tables = [...order.map((each, index) => ({ given: each, n: 10, values: [index + 1] })), any!];
      const doubled = [{ type: "scaleOwnTime", api: X, factor: 2, given: { caller } }];
      const { topology: tuned } = applyInterventions(topology, doubled);
      const { tables } = tuned.apis.find(({ id }) => id === X)!.gcm.nodes.find(({ kind }) => kind === "own_time")!;
      const serving = (context: Context) => (of: Table[] | undefined) =>
        of!.find((each) => Object.entries(each.given).every(([name, value]) => context[name] === value))!.values;
      for (const path of ["finish", "s1"]) {
        const mine = serving({ caller, path });
        const others = serving({ caller: at("repeat"), path });
        expect(mine(tables)).toEqual(mine(node.tables).map((value) => 2 * value));
        expect(others(tables)).toEqual(others(node.tables));
      }
      const contexts = tables!.map((each) => JSON.stringify(Object.entries(each.given).sort()));
      expect(new Set(contexts).size).toBe(contexts.length);
    }
  });

  it("says what changed in a context that had no table of its own", () => {
    const given = { caller: at("choice") };
    const base = patternsTopology();
    const { topology: tuned } = applyInterventions(base, [{ type: "scaleOwnTime", api: X, factor: 0.5, given }]);
    const told = (before: Topology, after: Topology) => diffTopologies(before, after).map(({ text }) => text);
    expect(told(base, tuned)).toEqual([
      "store X: own time is multiplied by 0.5 in 1 of 2 contexts, in 2 contexts instead of 1",
    ]);
    expect(told(tuned, base)).toEqual([
      "store X: own time is multiplied by 2 in 1 of 2 contexts, in 1 context instead of 2",
    ]);
    const { topology: later } = applyInterventions(base, [{ type: "shiftOwnTime", api: X, by: 1000, given }]);
    // Log-uniform between ends that moved by as much: √(1100 · 2000) - 1.
    expect(told(base, later)).toEqual([
      "store X: own time has a median of 1482 µs, not 315.2, KS 1 in 1 of 2 contexts, in 2 contexts instead of 1",
    ]);
  });

  it("says sizes in bytes, and counts one by one", () => {
    const size = (bytes: number) => ({ type: "setPayload", call: "choice>X", side: "request", bytes });
    const twice = { type: "setConcurrentCalls", call: "choice>X", count: 2 };
    const { topology: before } = applyInterventions(patternsTopology(), [size(512), twice]);
    const cached = { type: "addCache", call: "choice>X", hitRatio: 0.5 };
    const { topology: after } = applyInterventions(before, [size(1024), cached]);
    expect(diffTopologies(before, after).map(({ text }) => text)).toEqual([
      "gateway choice: state s1, call store X: probability 0.75, not 1",
      "gateway choice: state s1, call store X: once at 0.6667, 2 times at 0.3333 at once, not 2 times",
      "gateway choice: size of requests to store X is multiplied by 2",
    ]);
    const { nodes } = after.apis.find(({ id }) => id === at("choice"))!.gcm;
    nodes.find(({ kind }) => kind === "payload")!.tables = [{ given: {}, n: 3, values: [1, 2000, 9000] }];
    expect(diffTopologies(before, after).at(-1)!.text).toMatch(/X has a median of 2000 bytes, not 512, /);
  });

  it("reports what a shift cuts at 0", () => {
    const said = (by: number) =>
      applyInterventions(patternsTopology(), [{ type: "shiftOwnTime", api: at("choice"), by }]).repairs;
    expect(said(-20)).toEqual([]);
    expect(said(-101).map(({ text }) => text)).toEqual(["own time of gateway choice: 100 % of times are cut at 0"]);
  });

  it("undoes an intervention by replay without it", () => {
    const list = examples.slice(0, 5).map(([each]) => each);
    const all = applyInterventions(networked(), list).topology;
    const without = applyInterventions(networked(), list.toSpliced(2, 1)).topology;
    expect(diffTopologies(without, all).map(({ of }) => of)).toEqual([X]);
  });

  it("keeps any topology valid, in any order of operations that it takes", () => {
    const list = [...examples, ...onNetwork].map(([each]) => each);
    fc.assert(
      fc.property(fc.shuffledSubarray(list, { minLength: 2, maxLength: 9 }), (chosen) => {
        let topology = networked();
        for (const each of chosen) {
          try {
            topology = applyInterventions(topology, [each]).topology;
          } catch (error) {
            expect((error as Error).message).toMatch(/^interventions\[0\]: \w+: [^\n]+$/);
          }
        }
        expect(topologyFaults(writeTopology(topology))).toEqual([]);
        const edges = new Set(topology.edges.map(({ id }) => id));
        for (const { pfa } of topology.apis) {
          for (const { calls } of pfa.states) for (const { edge } of calls) expect(edges).toContain(edge);
        }
        simulate(compile(topology), { traces: 20, seed: 1 });
      }),
      { numRuns: 60 },
    );
  });

  it("removes from random topologies, with whatever nothing reaches then", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.nat(), (seed, choice) => {
        const topology = syntheticTopology({ apis: 16, stages: 2, seed });
        const { id } = topology.apis[choice % topology.apis.length]!;
        const { topology: tuned } = applyInterventions(topology, [
          { type: "removeApi", api: id, takeShareOfOwnTime: 0.5 },
        ]);
        expect(topologyFaults(writeTopology(tuned))).toEqual([]);
        expect(tuned.apis.some((api) => api.id === id)).toBe(false);
        simulate(compile(tuned), { traces: 20, seed });
      }),
      { numRuns: 25 },
    );
  });

  it.each<[Intervention | Record<string, unknown>, string]>([
    [{ type: "explode" }, 'interventions[0]: there is no operation "explode"; there are keepTime, '],
    [{ type: "scaleOwnTime", api: "nobody", factor: 2 }, 'interventions[0]: scaleOwnTime: there is no API "nobody"'],
    [{ type: "scaleOwnTime", api: X, factor: -1 }, "scaleOwnTime: factor: -1 is not a finite number of at least 0"],
    [{ type: "scaleOwnTime", api: X, factor: Number.NaN }, "factor: NaN is not a finite number of at least 0"],
    [{ type: "scaleOwnTime", api: X }, "scaleOwnTime: factor is missing"],
    [{ type: "scaleOwnTime", api: X, factor: 1, mood: 2 }, 'unknown field "mood"'],
    [
      { type: "setCallProbability", call: "choice>X", probability: 1.5 },
      "probability: 1.5 is not a share between 0 and 1",
    ],
    [
      { type: "renameApi", api: "gateway choice", name: "sequential" },
      'renameApi: gateway sequential has the name "sequential" already, in the same service',
    ],
    [
      { type: "scaleOwnTime", api: X, factor: 2, given: { caller: "nobody" } },
      'scaleOwnTime: given: caller: there is no API "nobody"',
    ],
    [
      { type: "shiftOwnTime", api: X, by: 2, given: { caller: "store Y" } },
      "shiftOwnTime: given: caller: store X is never called by store Y",
    ],
    [
      { type: "scaleOwnTime", api: X, factor: 2, given: { path: "s9" } },
      'scaleOwnTime: given: path: store X has no path "s9"',
    ],
    [
      { type: "scaleOwnTime", api: X, factor: 2, given: { mood: "low" } },
      'given: mood: there is no parent "mood" (there are caller, path, chain)',
    ],
    [{ type: "removeCall", call: "nowhere" }, 'removeCall: there is no call "nowhere"'],
    [{ type: "sampleTraces", share: 0.5 }, "sampleTraces: acts on traces before the fit; give it to palette fit"],
    [{ type: "upscale", copies: 20_000 }, "20000 copies of 8 APIs are 160000, above the 100000 that fit in memory"],
    [{ type: "makeSequential", api: at("choice"), state: "s1" }, "s1 makes one call at a time: nothing is concurrent"],
    [{ type: "downscale", apis: 5 }, "downscale: apis: 5 is below the 6 entry APIs, which stay"],
    [{ type: "downscale", services: 2 }, "the 8 APIs are within the budget already"],
    [{ type: "downscale" }, "no budget: give apis, services or processes"],
    [{ type: "removeService", service: "gateway" }, "removeService: no entry API would be left"],
    [
      { type: "addCall", caller: X, callee: at("choice") },
      "store X is called by gateway choice, directly or not: the calls would never end",
    ],
    [
      { type: "setRepeats", api: at("choice"), state: "s1", repeats: [{ count: 2, probability: 0.5 }] },
      "probabilities sum to 0.5, not 1",
    ],
    [{ type: "removeTransition", api: at("choice"), from: "s1", to: "finish" }, "nothing else follows s1"],
  ])("refuses %j", (intervention, message) => {
    expect(() => applyInterventions(patternsTopology(), [intervention as Intervention])).toThrow(message);
  });
});

describe("interventions have their closed forms", () => {
  const pattern = (name: string, interventions: Intervention[]) => {
    const { topology } = applyInterventions(patternsTopology(), interventions);
    return durations(topology, simulate(compile(topology), { traces: 12_000, seed: 9 }), at(name)).map(
      (d) => d - ownTime,
    );
  };
  const clamp = (share: number) => Math.min(1, Math.max(0, share));
  const x = (t: number) => (t <= -1 ? 0 : clamp(Math.log10((1 + t + 5e-4) / 100)));
  const y = (t: number) => (t <= -1 ? 0 : clamp(Math.log10((1 + t + 5e-4) / 50) / 2));
  const close = (sample: number[], cdf: (t: number) => number) =>
    expect(distance(sample, cdf)).toBeLessThan(1.95 / Math.sqrt(sample.length));
  const middles = Array.from({ length: 400 }, (_, i) => (i + 0.5) / 400);
  const sumOfXY = (t: number) => middles.reduce((sum, u) => sum + y(t - (100 * 10 ** u - 1)), 0) / middles.length;

  it("removing a call leaves the other", () =>
    close(pattern("concurrent", [{ type: "removeCall", call: "concurrent>Y" }]), x));

  it("doubling is twice the time", () =>
    close(
      pattern("sequential", [
        { type: "scaleOwnTime", api: X, factor: 2 },
        { type: "removeCall", call: "sequential>Y" },
      ]),
      (t) => clamp(Math.log((1 + t + 5e-4) / 199) / Math.log(1999 / 199)),
    ));

  it("concurrent calls made sequential are a sum", () =>
    close(pattern("concurrent", [{ type: "makeSequential", api: at("concurrent"), state: "s1" }]), sumOfXY));

  it("sequential calls made concurrent are a maximum", () =>
    close(
      pattern("sequential", [{ type: "makeConcurrent", api: at("sequential"), first: "s1", second: "s2" }]),
      (t) => x(t) * y(t),
    ));

  it("what is folded into callers takes as long as it did", () => {
    const whole = { ...patternsTopology(), quantileGrid: quantileGrid() };
    const { topology } = applyInterventions(whole, [{ type: "downscale", services: 1 }]);
    expect(topology.services.map(({ id }) => id)).toEqual(["gateway"]);
    const simulated = simulate(compile(topology), { traces: 12_000, seed: 9 });
    const expected: [string, (t: number) => number][] = [
      ["sequential", sumOfXY],
      ["concurrent", (t) => x(t) * y(t)],
      ["choice", (t) => 0.3 * x(t) + 0.7 * y(t)],
    ];
    for (const [name, cdf] of expected) {
      const sample = durations(topology, simulated, at(name)).map((duration) => duration - ownTime);
      // The tables rest on 4000 executions.
      expect(distance(sample, cdf), name).toBeLessThan(1.95 * Math.sqrt(1 / 4000 + 1 / sample.length));
    }
  });

  it("a cache skips its hits", () =>
    close(
      pattern("concurrent", [
        { type: "removeCall", call: "concurrent>Y" },
        { type: "addCache", call: "concurrent>X", hitRatio: 0.3 },
      ]),
      (t) => 0.3 + 0.7 * x(t),
    ));

  it("another mix of walks is another mixture", () =>
    close(
      pattern("choice", [{ type: "setTransition", api: at("choice"), from: "start", to: "s1", probability: 0.9 }]),
      (t) => 0.9 * x(t) + 0.1 * y(t),
    ));
});
