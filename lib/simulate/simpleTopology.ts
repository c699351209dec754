import type { Api, GcmNode, PfaCall, PfaState, Topology } from "../topology/topology.ts";

/** Mean calls closer than this to a whole number count as whole. */
const whole = 1e-9;

function stages(api: Api): PfaState[] {
  const states: PfaState[] = [];
  for (const { edge, mean, asynchronous } of api.simple.calls) {
    const times = Math.floor(mean + whole);
    const rest = mean - times;
    const add = (probability: number, count: number) => {
      const calls: PfaCall[] = [{ edge, probability, asynchronous }];
      const id = `call ${states.length + 1}`;
      states.push({ id, calls, repeat: [{ count, probability: 1 }], gap: 0, order: "certain" });
    };
    if (times > 0) add(1, times);
    if (rest > whole) add(rest, 1);
  }
  const runs = states.reduce((sum, state) => sum + state.repeat![0]!.count, 0);
  for (const state of states) state.gap = 1 / (runs + 1);
  return states;
}

function networks(api: Api): GcmNode[] {
  return api.simple.calls.flatMap(({ edge, network }) => {
    if (network === undefined) return [];
    const tables = [{ given: {}, n: api.executions, values: [network] }];
    return [{ id: `network:${edge}`, kind: "network", parents: [], unit: "us", edge, tables }];
  });
}

function simpleApi(api: Api): Api {
  const states: PfaState[] = [
    { id: "start", calls: [], gap: 0, order: "certain" },
    ...stages(api),
    { id: "finish", calls: [], gap: 0, order: "certain" },
  ];
  const { resolution: _, ...rest } = api;
  const timed = api.gcm.nodes.some((node) => node.kind === "own_time" && node.tables?.length);
  const own = timed ? [{ given: {}, n: api.executions, values: [api.simple.ownTime] }] : [];
  return {
    ...rest,
    pfa: {
      states,
      transitions: states.slice(0, -1).map((state, index) => ({
        from: state.id,
        given: {},
        visits: api.executions,
        to: [{ state: states[index + 1]!.id, probability: 1 }],
      })),
      learning: api.pfa.learning,
    },
    gcm: {
      equation: "latency = mean own time + Σ mean calls · latency",
      nodes: [{ id: "own_time", kind: "own_time", parents: [], unit: "us", tables: own }, ...networks(api)],
      lambda: [],
    },
  };
}

/**
 * The paper's strawman as a topology: each API's own time is its mean, each edge is called its mean number of times
 * (the whole part always, the rest with that probability), one call after another, each with its mean network time, without any conditioning.
 */
export function simpleTopology(topology: Topology): Topology {
  return { ...topology, resolution: 0.001, exogenous: [], apis: topology.apis.map(simpleApi) };
}
