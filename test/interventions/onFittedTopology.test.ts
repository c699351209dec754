import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ks } from "../../lib/compare/ks.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { replacingBehaviour } from "../../lib/interventions/behaviourOf.ts";
import type { Intervention } from "../../lib/interventions/operation.ts";
import { operations } from "../../lib/interventions/operations.ts";
import { readInterventions } from "../../lib/interventions/readInterventions.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Context, Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { durations } from "../simulate/samples.ts";
import { topologyFaults } from "../topologyFaults.ts";
import { fittedTopology, recording } from "./fittedTopology.ts";

const topology = await fittedTopology(recording);

/** Every context of a topology, with the API whose model has it. */
function contexts({ apis }: Topology): { api: string; given: Context }[] {
  return apis.flatMap(({ id, pfa, gcm }) =>
    [...pfa.transitions, ...gcm.nodes.flatMap(({ tables = [], ranks = [] }) => [...tables, ...ranks])].map(
      ({ given }) => ({ api: id, given }),
    ),
  );
}

/** Contexts that can never hold: of a chain that is not there, or of a caller or chain that does not call the API. */
function neverHolding(tuned: Topology): string[] {
  const chains = new Map((tuned.chains ?? []).map((chain) => [chain.id, chain]));
  const calls = new Set(tuned.edges.map(({ caller, callee }) => JSON.stringify([caller, callee])));
  const broken = [...chains.values()]
    .filter(({ caller, chain }) => chain && !calls.has(JSON.stringify([chains.get(chain)?.caller, caller])))
    .map(({ id }) => `chain ${id}`);
  for (const { api, given } of contexts(tuned)) {
    const callers = [given.caller, given.chain && (chains.get(given.chain)?.caller ?? "(no chain)")];
    for (const caller of callers) {
      if (caller === undefined || caller === "(entry)" || calls.has(JSON.stringify([caller, api]))) continue;
      broken.push(`${api} given ${JSON.stringify(given)}`);
    }
  }
  return broken;
}

/** What operations act on: an API and one of its states, a call, two services. */
interface Aims {
  api: string;
  state: string;
  call: string;
  service: string;
  other: string;
}

/** An intervention of each operation on the topology. */
function operationsOn({ api, state, call, service, other }: Aims): Intervention[] {
  const { pfa } = topology.apis.find(({ id }) => id === api)!;
  const [next] = pfa.transitions.find(({ from }) => from === state)?.to ?? [];
  const row = { api, from: state, to: next?.state ?? "finish" };
  const [root] = topology.workload.mix;
  return [
    { type: "removeApi", api },
    { type: "removeCall", call, takeShareOfOwnTime: 0.5 },
    { type: "removeService", service },
    { type: "renameApi", api, name: "renamed" },
    { type: "renameService", service, name: "renamed" },
    { type: "moveApi", api, service: other },
    { type: "mergeServices", services: [service, other], into: "merged" },
    { type: "splitService", service, apis: { service }, into: "split" },
    { type: "scaleOwnTime", api, factor: 2 },
    { type: "scaleOwnTime", api, factor: 2, given: { path: state } },
    { type: "shiftOwnTime", api, by: -100, given: { caller: topology.edges.find(({ id }) => id === call)!.caller } },
    { type: "replaceOwnTime", api, values: [1, 2, 3] },
    { type: "scaleNetwork", call, factor: 3 },
    { type: "shiftNetwork", call, by: 10 },
    { type: "replaceNetwork", call, values: [5, 6] },
    replacingBehaviour(topology, service),
    { type: "setCallProbability", call, probability: 0.5 },
    { type: "setRepeats", api, state, repeats: 2 },
    { type: "setConcurrentCalls", call, count: 2 },
    { type: "setAsynchronous", call, asynchronous: true },
    { type: "makeSequential", api, state },
    { type: "makeConcurrent", api, first: `${state}, step 1`, second: state },
    { type: "addCache", call, hitRatio: 0.5 },
    { type: "setTimeout", call, timeout: 500 },
    { type: "setRetries", call, attempts: 2 },
    { type: "addService", name: "added" },
    { type: "addApi", service, name: "added", ownTime: [10] },
    { type: "addCall", caller: root!.api, callee: api, probability: 0.5 },
    { type: "addState", api, state: "added", calls: [call], from: state, to: row.to, probability: 0.5 },
    { type: "removeState", api, state },
    { type: "setTransition", ...row, probability: 0.5 },
    { type: "removeTransition", ...row },
    { type: "setPayload", call, side: "request", bytes: 100 },
    { type: "setRate", rate: 3 },
    { type: "setMix", mix: [{ api: root!.api, weight: 1 }] },
    { type: "setLoad", load: 20 },
    { type: "setDimension", name: "items", values: [{ value: "2", weight: 1 }] },
    { type: "setWork", api, work: [{ kind: "sleep", share: 1 }] },
    { type: "setInstantiation", service, replicas: 2 },
    { type: "setDeployment", tracing: "jaeger" },
    { type: "upscale", copies: 2 },
    { type: "downscale", services: 3, traces: 100 },
  ];
}

/** The fitted topology with a load and a dimension that nothing depends on, so that operations have something to set. */
function labelled(): Topology {
  const tuned = structuredClone(topology);
  const node = { parents: [], unit: "label" as const };
  const [root] = topology.workload.mix;
  const to = ["1", "2"].map((value) => ({ value, probability: 0.5 }));
  const levels = [10, 40].map((load) => ({ id: `${load}`, load, least: load, most: load, n: 100, probability: 0.5 }));
  tuned.exogenous.push(
    { ...node, id: "items", kind: "dimension", column: "items", values: [{ api: root!.api, given: {}, n: 10, to }] },
    { ...node, id: "load", kind: "load", levels },
  );
  return tuned;
}

/** Every state of an API with every call, and services about them. */
function aims(): fc.Arbitrary<Aims> {
  const one = <Item>(items: readonly Item[]) => fc.constantFrom(...items);
  return fc
    .tuple(one(topology.apis), one(topology.edges), one(topology.services), one(topology.services), fc.nat())
    .map(([api, edge, service, other, at]) => {
      const states = api.pfa.states.map(({ id }) => id);
      const state = states[at % states.length]!;
      return { api: api.id, state, call: edge.id, service: service.name, other: other.name };
    });
}

/** Expects a topology that can be written and simulated, in which no context is of a caller or chain that is gone. */
function expectSound(tuned: Topology): void {
  expect(topologyFaults(writeTopology(tuned))).toEqual([]);
  const present = new Set(tuned.apis.map(({ id }) => id));
  const chains = new Set((tuned.chains ?? []).map(({ id }) => id));
  for (const { given } of contexts(tuned)) {
    if (given.chain !== undefined) expect(chains).toContain(given.chain);
    if (given.caller !== undefined && given.caller !== "(entry)") expect(present).toContain(given.caller);
  }
  simulate(compile(tuned), { traces: 20, seed: 1 });
}

describe("interventions on a fitted topology", () => {
  it("has contexts of every kind to begin with", () => {
    const names = new Set(contexts(topology).flatMap(({ given }) => Object.keys(given)));
    expect([...names].sort()).toEqual(["caller", "caller.rank", "chain", "path", "scenario"]);
    expect(topology.chains!.length).toBeGreaterThan(5);
    expect(neverHolding(topology)).toEqual([]);
  });

  it("takes the README's example", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const [, example] = /```json\n(\{ "format": "palette-interventions".*?)```/s.exec(readme)!;
    const { interventions } = readInterventions(example!);
    expect(interventions.length).toBeGreaterThan(1);
    expectSound(applyInterventions(topology, interventions).topology);
  });

  it("takes an intervention of every operation somewhere, and stays sound", () => {
    const left = new Set([...operations.values()].filter(({ stage }) => stage > 1).map(({ type }) => type));
    const base = labelled();
    for (const each of fc.sample(aims(), { numRuns: 200, seed: 1 })) {
      for (const intervention of operationsOn(each)) {
        if (!left.has(intervention.type)) continue;
        // Every state of the recording branches: two that follow each other alone are made first.
        const { api, state } = each;
        const needed = intervention.type === "makeConcurrent" ? [{ type: "makeSequential", api, state }] : [];
        try {
          expectSound(applyInterventions(base, [...needed, intervention]).topology);
          left.delete(intervention.type);
        } catch (error) {
          if (!(error as Error).message.startsWith("interventions[")) throw error;
        }
      }
      if (left.size === 0) break;
    }
    expect([...left]).toEqual([]);
  });

  it("stays sound under any operations, without contexts of callers that are gone", () => {
    const step = fc.tuple(aims(), fc.nat()).map(([each, kind]) => {
      const all = operationsOn(each);
      return all[kind % all.length]!;
    });
    let applied = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
        let tuned = labelled();
        for (const each of steps) {
          try {
            tuned = applyInterventions(tuned, [each]).topology;
            applied++;
          } catch (error) {
            const { message } = error as Error;
            expect(message).toMatch(/^interventions\[0\]: \w+: [^\n]+$/);
            // An operation that cannot be done says so itself, and does not leave it to the check of what it made.
            expect(message).not.toMatch(/: topology: /);
          }
        }
        expectSound(tuned);
      }),
      { numRuns: 30 },
    );
    expect(applied).toBeGreaterThan(30);
  });

  it("removes an API and leaves the traces that never came to it as they were", () => {
    const leaf = topology.chains!.at(-1)!.caller;
    const { topology: tuned } = applyInterventions(topology, [{ type: "removeApi", api: leaf }]);
    expect(tuned.chains!.length).toBeLessThan(topology.chains!.length);
    expect(tuned.chains!.some(({ caller }) => caller === leaf)).toBe(false);
    const before = simulate(compile(topology), { traces: 500, seed: 3 });
    const after = simulate(compile(tuned), { traces: 500, seed: 3 });
    const roots = (of: Topology, { length, parent, api, duration }: typeof before) =>
      Array.from({ length }, (_, row) => row)
        .filter((row) => parent[row]! < 0)
        .map((row) => `${of.apis[api[row]!]!.id} ${duration[row]}`);
    const came = new Set<number>();
    for (let row = 0; row < before.length; row++)
      if (topology.apis[before.api[row]!]!.id === leaf) came.add(before.trace[row]!);
    const untouched = roots(topology, before).filter((_, trace) => !came.has(trace));
    expect(came.size).toBeGreaterThan(0);
    expect(untouched.length).toBeGreaterThan(50);
    expect(roots(tuned, after).filter((_, trace) => !came.has(trace))).toEqual(untouched);
  });

  it("is made larger with the copies of its chains, so that each copy's roots keep their latencies", () => {
    const { topology: larger } = applyInterventions(topology, [{ type: "upscale", copies: 2 }]);
    expect(larger.chains).toHaveLength(2 * topology.chains!.length);
    expect(neverHolding(larger)).toEqual([]);
    const original = simulate(compile(topology), { traces: 10_000, seed: 1 });
    const simulated = simulate(compile(larger), { traces: 20_000, seed: 2 });
    for (const { api } of topology.workload.mix) {
      const before = Float64Array.from(durations(topology, original, api));
      for (const id of [api, `${api} #2`]) {
        const after = Float64Array.from(durations(larger, simulated, id));
        expect(ks(before, after)).toBeLessThan(2.2 * Math.sqrt(1 / before.length + 1 / after.length));
      }
    }
  });
});
