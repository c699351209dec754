import { describe, expect, it } from "vitest";
import { ks } from "../../lib/compare/ks.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { behaviourOf, replacingBehaviour } from "../../lib/interventions/behaviourOf.ts";
import { diffTopologies } from "../../lib/interventions/diffTopologies.ts";
import type { Intervention } from "../../lib/interventions/operation.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Context, Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { durations } from "../simulate/samples.ts";
import { ownTime, patternsTopology } from "../topology/patternsTopology.ts";
import { topologyFaults } from "../topologyFaults.ts";
import { fittedTopology, recording } from "./fittedTopology.ts";

const fitted = await fittedTopology(recording);

/** The same topology under other ids of edges and chains, as another fit would number them. */
function renumbered(topology: Topology): Topology {
  const edges = new Map(topology.edges.map(({ id }) => [id, `edge ${id}`]));
  const chains = new Map((topology.chains ?? []).map(({ id }) => [id, `chain ${id}`]));
  const given = (context: Context) => (context.chain ? { ...context, chain: chains.get(context.chain)! } : context);
  const copy = structuredClone(topology);
  copy.edges = copy.edges.map((edge) => ({ ...edge, id: edges.get(edge.id)! })).reverse();
  copy.chains = copy.chains?.map((each) => ({
    ...each,
    id: chains.get(each.id)!,
    ...(each.chain === undefined ? {} : { chain: chains.get(each.chain)! }),
  }));
  for (const { pfa, gcm, simple } of copy.apis) {
    for (const { calls } of pfa.states) for (const call of calls) call.edge = edges.get(call.edge)!;
    for (const row of pfa.transitions) row.given = given(row.given);
    for (const row of [...gcm.lambda, ...simple.calls]) row.edge = edges.get(row.edge)!;
    for (const node of gcm.nodes) {
      if (node.edge) node.edge = edges.get(node.edge)!;
      for (const row of [...(node.tables ?? []), ...(node.ranks ?? [])]) row.given = given(row.given);
    }
  }
  return copy;
}

function withoutScenarios(topology: Topology): Topology {
  const copy = structuredClone(topology);
  const rows = <Row extends { given: Context }>(list: Row[]) =>
    list.filter(({ given }) => given.scenario === undefined);
  for (const { pfa, gcm } of copy.apis) {
    pfa.transitions = rows(pfa.transitions);
    for (const node of gcm.nodes) if (node.tables) node.tables = rows(node.tables);
  }
  return copy;
}

const timeOf = (topology: Topology) => {
  const { length, duration, api } = simulate(compile(topology), { traces: 500, seed: 4 });
  return Array.from({ length }, (_, row) => [topology.apis[api[row]!]!.id, duration[row]]);
};

describe("replaceBehaviour", () => {
  it("changes nothing where the behaviour is the service's own, whatever edges and chains are called", () => {
    const before = withoutScenarios(fitted);
    const other = renumbered(before);
    for (const { name } of before.services) {
      const intervention = { ...replacingBehaviour(other, name), parts: ["ownTime", "paths"] };
      const { topology } = applyInterventions(before, [intervention]);
      expect(topologyFaults(writeTopology(topology))).toEqual([]);
      expect(topology.chains).toEqual(before.chains);
      expect(timeOf(topology), name).toEqual(timeOf(before));
    }
  });

  it("keeps how long a service's executions take over all kinds of traces, which are no part of its behaviour", () => {
    const byApi = (topology: Topology) => {
      const simulated = simulate(compile(topology), { traces: 20_000, seed: 5 });
      return new Map(topology.apis.map(({ id }) => [id, Float64Array.from(durations(topology, simulated, id)).sort()]));
    };
    const before = byApi(fitted);
    const labelled = fitted.apis.filter(
      ({ gcm }) =>
        !fitted.edges.some(({ caller, callee }) => caller === callee) &&
        gcm.nodes.some(({ kind, tables }) => kind === "own_time" && tables!.some(({ given }) => given.scenario)),
    );
    expect(labelled.length).toBeGreaterThan(0);
    for (const { name, id } of fitted.services) {
      const mine = labelled.filter(({ id: api, service }) => {
        return service === id && !fitted.edges.some(({ caller }) => caller === api);
      });
      if (mine.length === 0) continue;
      const { topology } = applyInterventions(fitted, [replacingBehaviour(fitted, name)]);
      const after = byApi(topology);
      for (const { id: api } of mine) expect(ks(before.get(api)!, after.get(api)!), api).toBeLessThan(0.03);
      // Contexts are fewer, but no difference over all of them is told.
      const distances = diffTopologies(fitted, topology).map(({ text }) =>
        Number(/, KS ([\d.e-]+)/.exec(text)?.[1] ?? 0),
      );
      expect(Math.max(...distances)).toBeLessThan(0.05);
    }
  });

  it("gives one service the own times and the paths of the other topology, in closed form", () => {
    const other = applyInterventions(patternsTopology(), [
      { type: "setTransition", api: "gateway choice", from: "start", to: "s1", probability: 0.9 },
      { type: "replaceOwnTime", api: "store X", values: [700] },
      { type: "replaceOwnTime", api: "gateway choice", values: [5000] },
    ]).topology;
    const sample = (service: string, more: object = {}) => {
      const intervention: Intervention = { ...replacingBehaviour(other, service), ...more };
      const { topology } = applyInterventions(patternsTopology(), [intervention]);
      return durations(topology, simulate(compile(topology), { traces: 20_000, seed: 2 }), "gateway choice");
    };
    const share = (sample: number[], value: number) => sample.filter((each) => each === value).length / sample.length;
    // X at 700 µs is called by 30 % of executions, as before: the choice is the gateway's.
    expect(share(sample("store"), ownTime + 700)).toBeCloseTo(0.3, 1);
    // The gateway's own: nine in ten choose X, whose own times are drawn from 99 to 999 µs as before.
    const chosen = sample("gateway").filter((each) => each >= 5000 + 99 && each <= 5000 + 999).length;
    expect(chosen / sample("gateway").length).toBeGreaterThan(0.9);
    expect(Math.min(...sample("gateway"))).toBeGreaterThanOrEqual(5000);
    expect(Math.min(...sample("gateway", { parts: ["paths"] }))).toBeLessThan(5000);
  });

  it("shifts what the other traces do not show by what they do, or leaves it", () => {
    const slower = applyInterventions(patternsTopology(), [{ type: "shiftOwnTime", api: "store X", by: 400 }]).topology;
    slower.apis.find(({ id }) => id === "store Y")!.executions = 3;
    const { behaviour } = replacingBehaviour(slower, "store") as unknown as { behaviour: { apis: { id: string }[] } };
    expect(behaviour.apis.map(({ id }) => id)).toEqual(["store X"]);
    const replacing = replacingBehaviour(slower, "store");
    const least = (intervention: Intervention) => {
      const { topology, repairs } = applyInterventions(patternsTopology(), [intervention]);
      const values = topology.apis.find(({ id }) => id === "store Y")!.gcm.nodes.find(({ id }) => id === "own_time")!
        .tables![0]!.values;
      return { least: values[0]!, said: repairs.map(({ text }) => text).join() };
    };
    // X's table holds its ends, between which log(1 + x) is linear: medians are geometric means.
    const shift = Math.sqrt((100 + 400) * (1000 + 400)) - Math.sqrt(100 * 1000);
    expect(least(replacing).least).toBeCloseTo(49 + shift, 6);
    expect(least(replacing).said).toContain("own time is shifted by 520 µs: store Y");
    expect(least({ ...replacing, unseen: "keep" })).toEqual({ least: 49, said: "" });
  });

  it.each<[string, () => unknown, string]>([
    ["another service's behaviour", () => replacing("store", { service: "gateway" }), "shows none of its APIs"],
    ["a service that is not there", () => behaviourOf(patternsTopology(), "nobody"), 'there is no service "nobody"'],
    [
      "a probability above 1",
      () => replacing("store", {}, (text) => text.replace('"errors":0', '"errors":2')),
      "behaviour: apis[0]: errors: 2 is not a share between 0 and 1",
    ],
    [
      "states that nothing leads to",
      () => replacing("gateway", {}, (text) => text.replaceAll('"state":"s1"', '"state":"s9"')),
      'there is no state "s9"',
    ],
    [
      "values that fall",
      () => replacing("store", {}, (text) => text.replace(/"values":\[[^\]]*\]/, '"values":[3,2]')),
      "2 is not above 3",
    ],
    [
      "levels that begin above 0",
      () => replacing("store", {}, (text) => text.replace('"quantileGrid":[0,', '"quantileGrid":[0.001,')),
      "behaviour: quantileGrid: it does not rise from 0 to 1",
    ],
    [
      "no table for contexts that have none",
      () => replacing("store", {}, (text) => text.replace('"tables":[{"given":{}', '"tables":[{"given":{"path":"s1"}')),
      "behaviour: apis[0]: ownTime: tables: none is for any context",
    ],
  ])("refuses %s in one line", (_, use, message) => {
    expect(use).toThrow(message);
    expect(use).not.toThrow(/\n/);
  });
});

function replacing(service: string, more: object, change = (text: string) => text): unknown {
  const intervention = JSON.parse(
    change(JSON.stringify({ ...replacingBehaviour(patternsTopology(), service), ...more })),
  );
  return applyInterventions(patternsTopology(), [intervention]);
}
