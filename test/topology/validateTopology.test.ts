import { describe, expect, it } from "vitest";
import type { Topology } from "../../lib/topology/topology.ts";
import { validateTopology } from "../../lib/topology/validateTopology.ts";
import { figure1Topology } from "./figure1Topology.ts";
import { patternsTopology } from "./patternsTopology.ts";

/** The error of a topology that was changed in one place. */
function refusal(change: (topology: Topology & Record<string, unknown>) => unknown, topology = figure1Topology()) {
  change(topology as Topology & Record<string, unknown>);
  try {
    validateTopology(topology);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

describe("validateTopology", () => {
  it("accepts the hand-written topologies", () => {
    expect(refusal(() => {})).toBe("accepted");
    expect(refusal(() => {}, patternsTopology())).toBe("accepted");
  });

  it("accepts unknown fields, node kinds and contexts", () => {
    const message = refusal((topology) => {
      topology.mood = "bright";
      topology.exogenous.push({ id: "load", kind: "weather", parents: [], unit: "label" });
      topology.apis[1]!.gcm.nodes[3]!.parents.push("load");
      topology.apis[1]!.gcm.nodes[3]!.tables!.unshift({ given: { load: "high" }, n: 3, values: [1] });
    });
    expect(message).toBe("accepted");
  });

  it("accepts work, instantiation and policies of calls", () => {
    const message = refusal((topology) => {
      topology.instantiation = { tracing: "file", deployment: "compose", wiringHook: "addMine" };
      topology.services[0]!.instantiation = { rpc: "grpc", replicas: 3, retries: { max: 2, delay: 1000, limit: 8000 } };
      topology.apis[0]!.work = [
        { kind: "cpu", share: 0.25 },
        { kind: "sleep", share: 0.75 },
      ];
      topology.apis[0]!.pfa.states[1]!.path = "before";
      Object.assign(topology.apis[0]!.pfa.states[1]!.calls[0]!, { timeout: 500, attempts: 3 });
    });
    expect(message).toBe("accepted");
  });

  it.each<[string, (topology: Topology & Record<string, unknown>) => unknown]>([
    [
      "topology: services[0].instantiation.replicas: 0 is not a whole number of at least 1",
      (t) => (t.services[0]!.instantiation = { replicas: 0 }),
    ],
    [
      'topology: apis[1].gcm.nodes[3].tables[1].given: {"mood":"low","caller":"(entry)"} is the context of apis[1].gcm.nodes[3].tables[0] already',
      (t) =>
        t.apis[1]!.gcm.nodes[3]!.tables!.unshift(
          { given: { caller: "(entry)", mood: "low" }, n: 3, values: [1] },
          { given: { mood: "low", caller: "(entry)" }, n: 3, values: [2] },
        ),
    ],
    [
      "topology: apis[0].pfa.transitions[2].given: {} is the context of apis[0].pfa.transitions[0] already",
      (t) => t.apis[0]!.pfa.transitions.push(structuredClone(t.apis[0]!.pfa.transitions[0]!)),
    ],
    [
      "topology: services[0].instantiation.retries: max is missing",
      (t) => (t.services[0]!.instantiation = { retries: {} as never }),
    ],
    [
      'topology: instantiation.wiringHook: "a b" is not the name of a Go function',
      (t) => (t.instantiation = { wiringHook: "a b" }),
    ],
    [
      "topology: apis[0].work: probabilities sum to 0.5, not 1",
      (t) => (t.apis[0]!.work = [{ kind: "cpu", share: 0.5 }]),
    ],
    [
      "topology: apis[0].pfa.states[1].calls[0].timeout: 0 is not above 0",
      (t) => (t.apis[0]!.pfa.states[1]!.calls[0]!.timeout = 0),
    ],
    [
      "topology: apis[0].pfa.transitions[1]: probabilities sum to 0.97, not 1",
      (t) => (t.apis[0]!.pfa.transitions[1]!.to[0]!.probability = 0.97),
    ],
    [
      "topology: version: 2.0 is newer than 1.x, which this version of palette reads",
      (t) => {
        t.version = "2.0";
      },
    ],
    ['topology: version: "one" is not major.minor, such as 1.0', (t) => (t.version = "one")],
    ['topology: format: undefined is not "palette-topology"', (t) => Reflect.deleteProperty(t, "format")],
    ["topology: resolution: 0 is not above 0", (t) => (t.resolution = 0)],
    ["topology: quantileGrid[1]: 0 is not above 0, the value before it", (t) => (t.quantileGrid[1] = 0)],
    ["topology: quantileGrid: does not run from 0 to 1", (t) => t.quantileGrid.pop()],
    ['topology: services[1]: id "a" is used before', (t) => (t.services[1]!.id = "a")],
    ['topology: apis[1].service: there is no service "z"', (t) => (t.apis[1]!.service = "z")],
    ['topology: edges[0].callee: there is no API "z"', (t) => (t.edges[0]!.callee = "z")],
    ["topology: edges[0].kind: a local edge joins two services", (t) => (t.edges[0]!.kind = "local")],
    [
      'topology: apis[0].pfa.states[1].calls[0].edge: there is no edge of this API "e2"',
      (t) => (t.apis[0]!.pfa.states[1]!.calls[0]!.edge = "e2"),
    ],
    [
      "topology: apis[0].pfa.states[1].calls[0].probability: 1.5 is not a share between 0 and 1",
      (t) => (t.apis[0]!.pfa.states[1]!.calls[0]!.probability = 1.5),
    ],
    [
      "topology: apis[0].pfa.states[1].repeat[0].count: 0.5 is not a whole number of at least 1",
      (t) => (t.apis[0]!.pfa.states[1]!.repeat = [{ count: 0.5, probability: 1 }]),
    ],
    [
      "topology: apis[0].pfa.states: there is no state finish",
      (t) => {
        t.apis[0]!.pfa.states.pop();
        t.apis[0]!.pfa.transitions.pop();
      },
    ],
    [
      'topology: apis[0].pfa.states[3]: no walk reaches "s9"',
      (t) => t.apis[0]!.pfa.states.push({ id: "s9", calls: [], gap: 0, order: "certain" }),
    ],
    [
      'topology: apis[0].pfa: no walk from "s1" finishes given {}',
      (t) => (t.apis[0]!.pfa.transitions[1]!.to[0]!.state = "s1"),
    ],
    [
      'topology: apis[0].pfa: no walk from "s1" finishes given {"caller":"c C"}',
      (t) =>
        t.apis[0]!.pfa.transitions.splice(1, 0, {
          from: "s1",
          given: { caller: "c C" },
          visits: 1,
          to: [{ state: "s1", probability: 1 }],
        }),
    ],
    [
      'topology: apis[0].pfa.states[1]: the last transition from "s1" is not given {}',
      (t) => (t.apis[0]!.pfa.transitions[1]!.given = { caller: "c C" }),
    ],
    [
      'topology: apis[1].gcm.nodes[3].tables[0].given.caller: there is no API "z"',
      (t) => (t.apis[1]!.gcm.nodes[3]!.tables![0]!.given.caller = "z"),
    ],
    [
      "topology: apis[1].gcm.nodes[3].tables[0].values[1]: 900 is not above 8000, the value before it",
      (t) => (t.apis[1]!.gcm.nodes[3]!.tables![0]!.values = [8000, 900]),
    ],
    [
      "topology: apis[1].gcm.nodes[3].tables[0].values[0]: -1 is not a finite number of at least 0",
      (t) => (t.apis[1]!.gcm.nodes[3]!.tables![0]!.values = [-1]),
    ],
    [
      "topology: apis[1].gcm.nodes[3].tables[0].values[0]: NaN is not a finite number of at least 0",
      (t) => (t.apis[1]!.gcm.nodes[3]!.tables![0]!.values = [Number.NaN]),
    ],
    [
      "topology: apis[1].gcm.nodes[3].tables[0].values: 0 values are not between 1 and the 11 of quantileGrid",
      (t) => (t.apis[1]!.gcm.nodes[3]!.tables![0]!.values = []),
    ],
    [
      "topology: apis[1].gcm.nodes[3].tables: the last table is not given {}",
      (t) => t.apis[1]!.gcm.nodes[3]!.tables!.pop(),
    ],
    [
      'topology: apis[1].gcm.nodes[3].parents[2]: there is no node "mood"',
      (t) => t.apis[1]!.gcm.nodes[3]!.parents.push("mood"),
    ],
    [
      "topology: apis[0].gcm.lambda[0].value: -2 is not a finite number of at least 0",
      (t) => (t.apis[0]!.gcm.lambda[0]!.value = -2),
    ],
    ["topology: workload.mix: there is no entry API", (t) => (t.workload.mix = [])],
    ["topology: workload.mix: probabilities sum to 0.9, not 1", (t) => t.workload.mix.shift()],
    ["topology: apis[0].name: 7 is not a text", (t) => ((t.apis[0] as unknown as Record<string, unknown>).name = 7)],
    ["topology: apis: null is not a list", (t) => ((t as Record<string, unknown>).apis = null)],
  ])("refuses with %s", (message, change) => {
    expect(refusal(change)).toBe(message);
  });

  it("accepts sums within 1e-9 and refuses sums beyond", () => {
    const transition = (t: Topology) => t.apis[0]!.pfa.transitions[0]!.to[0]!;
    expect(refusal((t) => (transition(t).probability = 1 - 9e-10))).toBe("accepted");
    expect(refusal((t) => (transition(t).probability = 1 - 2e-9))).toContain("sum to 0.999999998");
  });

  it("keeps hostile names on one line and short", () => {
    const message = refusal((t) => (t.edges[0]!.callee = `<script>\n${"x".repeat(10_000)}`));
    expect(message).not.toContain("\n");
    expect(message.length).toBeLessThan(120);
  });
});
