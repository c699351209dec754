import type { Api, GcmNode, PfaState, Topology } from "../../topology/topology.ts";
import { topologyVersion } from "../../topology/topologyVersion.ts";

/** Own time of both APIs, µs: long against what is measured, so that nothing else limits it. */
const longOwnTime = 3000;

const boundary = (id: string): PfaState => ({ id, calls: [], gap: 0, order: "certain" });

function api(service: string, name: string, states: PfaState[], ownTime: number): Api {
  const ownTimeNode: GcmNode = {
    ...{ id: "own_time", kind: "own_time", parents: [], unit: "us" },
    tables: [{ given: {}, n: 1, values: [ownTime] }],
  };
  const walk = [boundary("start"), ...states, boundary("finish")];
  return {
    ...{ id: `${service} ${name}`, service, name, executions: 1, errors: 0 },
    pfa: {
      states: walk,
      transitions: walk.slice(0, -1).map(({ id }, index) => ({
        ...{ from: id, given: {}, visits: 1, to: [{ state: walk[index + 1]!.id, probability: 1 }] },
      })),
      learning: { walks: 1, executions: 1, treeStates: walk.length, threshold: "exact", heldOut: null },
    },
    gcm: { equation: "", nodes: [ownTimeNode], lambda: [] },
    simple: { ownTime, calls: states.length > 0 ? [{ edge: "hop", mean: 1, asynchronous: false }] : [] },
  };
}

/**
 * A system of two services, one of which calls the other: what a call and the end of work cost shows in its spans.
 * @param ownTime own time of both, µs
 */
export function calibrationTopology(ownTime = longOwnTime): Topology {
  const stage: PfaState = {
    ...{ id: "call", gap: 0.5, order: "certain" },
    calls: [{ edge: "hop", probability: 1, asynchronous: false }],
  };
  const apis = [api("caller", "enter", [stage], ownTime), api("callee", "answer", [], ownTime)];
  return {
    ...{ format: "palette-topology", version: topologyVersion, name: "calibration", resolution: 0.001 },
    ...{ quantileGrid: [0, 1], services: apis.map(({ service }) => ({ id: service, name: service })), apis },
    edges: [{ id: "hop", caller: apis[0]!.id, callee: apis[1]!.id, kind: "remote", calls: 1, asynchronous: 0 }],
    exogenous: [],
    workload: {
      ...{ arrivals: "poisson", rate: 30, duration: 1e6 },
      mix: [{ api: apis[0]!.id, probability: 1, executions: 1 }],
    },
    provenance: {
      generator: "palette calibrate",
      sources: [],
      ledger: { read: 0, accepted: 0, merged: 0, rejected: 0 },
      options: {},
      interventions: [],
    },
  };
}
