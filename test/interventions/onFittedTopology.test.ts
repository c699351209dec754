import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ks } from "../../lib/compare/ks.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import type { Intervention } from "../../lib/interventions/operation.ts";
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

/** Operations on an API, a call and a service of the topology. */
function operationsOn(api: string, call: string, service: string, other: string): Intervention[] {
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
    { type: "replaceOwnTime", api, values: [1, 2, 3] },
    { type: "setCallProbability", call, probability: 0.5 },
    { type: "setAsynchronous", call, asynchronous: true },
    { type: "addCache", call, hitRatio: 0.5 },
    { type: "upscale", copies: 2 },
    { type: "downscale", services: 3, traces: 100 },
  ];
}

describe("interventions on a fitted topology", () => {
  it("has contexts of every kind to begin with", () => {
    const names = new Set(contexts(topology).flatMap(({ given }) => Object.keys(given)));
    expect([...names].sort()).toEqual(["caller", "caller.rank", "chain", "path", "scenario"]);
    expect(topology.chains!.length).toBeGreaterThan(5);
    expect(neverHolding(topology)).toEqual([]);
  });

  it("stays valid under any operations, without contexts of callers that are gone", () => {
    const one = <Item>(items: readonly Item[]) => fc.constantFrom(...items);
    const step = fc
      .tuple(one(topology.apis), one(topology.edges), one(topology.services), one(topology.services), fc.nat())
      .map(([api, edge, service, other, kind]) => {
        const all = operationsOn(api.id, edge.id, service.name, other.name);
        return all[kind % all.length]!;
      });
    let applied = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
        let tuned = topology;
        for (const each of steps) {
          try {
            tuned = applyInterventions(tuned, [each]).topology;
            applied++;
          } catch (error) {
            expect((error as Error).message).toMatch(
              /(: no entry API would be left|: there is no |: there is a service|: another service has the id |would have one name in | already, in the same service|is below the |within the budget)/,
            );
          }
        }
        expect(topologyFaults(writeTopology(tuned))).toEqual([]);
        const present = new Set(tuned.apis.map(({ id }) => id));
        const chains = new Set((tuned.chains ?? []).map(({ id }) => id));
        for (const { given } of contexts(tuned)) {
          if (given.chain !== undefined) expect(chains).toContain(given.chain);
          if (given.caller !== undefined && given.caller !== "(entry)") expect(present).toContain(given.caller);
        }
        simulate(compile(tuned), { traces: 20, seed: 1 });
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
