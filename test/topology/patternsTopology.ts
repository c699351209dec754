import type { Api, Edge, PfaCall, PfaState, PfaTransition, Topology } from "../../lib/topology/topology.ts";

/** 1 + latency of X is log-uniform on [100, 1000] µs, of Y on [50, 5000] µs. */
export const leaves = { X: [99, 999], Y: [49, 4999] } as const;

/** Own time of every entry API, µs, constant. */
export const ownTime = 100;

const learning = { walks: 1, executions: 1000, treeStates: 3, threshold: "exact" as const, heldOut: null };

interface Pattern {
  name: string;
  /** Stages between `start` and `finish`. */
  states: PfaState[];
  to: Record<string, Record<string, number>>;
}

function stage(id: string, gap: number, calls: PfaCall[], repeat?: PfaState["repeat"]): PfaState {
  return { id, calls, ...(repeat && { repeat }), gap, order: "certain" };
}

function call(edge: string, asynchronous = false): PfaCall {
  return { edge, probability: 1, asynchronous };
}

function patterns(): Pattern[] {
  return [
    {
      name: "sequential",
      states: [stage("s1", 0.25, [call("sequential>X")]), stage("s2", 0.25, [call("sequential>Y")])],
      to: { start: { s1: 1 }, s1: { s2: 1 }, s2: { finish: 1 } },
    },
    {
      name: "concurrent",
      states: [stage("s1", 0.5, [call("concurrent>X"), call("concurrent>Y")])],
      to: { start: { s1: 1 }, s1: { finish: 1 } },
    },
    {
      name: "choice",
      states: [stage("s1", 0.5, [call("choice>X")]), stage("s2", 0.5, [call("choice>Y")])],
      to: { start: { s1: 0.3, s2: 0.7 }, s1: { finish: 1 }, s2: { finish: 1 } },
    },
    {
      name: "repeat",
      states: [
        stage(
          "s1",
          0.2,
          [call("repeat>X")],
          [
            { count: 1, probability: 0.2 },
            { count: 3, probability: 0.8 },
          ],
        ),
      ],
      to: { start: { s1: 1 }, s1: { finish: 1 } },
    },
    {
      name: "asynchronous",
      states: [stage("s1", 0.5, [call("asynchronous>X"), call("asynchronous>Y", true)])],
      to: { start: { s1: 1 }, s1: { finish: 1 } },
    },
    {
      name: "probability",
      states: [stage("s1", 0.5, [{ edge: "probability>X", probability: 0.4, asynchronous: false }])],
      to: { start: { s1: 1 }, s1: { finish: 1 } },
    },
  ];
}

function entryApi(pattern: Pattern, edges: Edge[]): Api {
  const transitions: PfaTransition[] = Object.entries(pattern.to).map(([from, targets]) => ({
    from,
    given: {},
    visits: 1000,
    to: Object.entries(targets).map(([state, probability]) => ({ state, probability })),
  }));
  return {
    id: `gateway ${pattern.name}`,
    service: "gateway",
    name: pattern.name,
    executions: 1000,
    errors: 0,
    pfa: {
      states: [stage("start", 0, []), ...pattern.states, stage("finish", 0, [])],
      transitions,
      learning,
    },
    gcm: {
      equation: pattern.name,
      nodes: [
        {
          id: "own_time",
          kind: "own_time",
          parents: [],
          unit: "us",
          tables: [{ given: {}, n: 1000, values: [ownTime] }],
        },
      ],
      lambda: edges.map((edge) => ({ edge: edge.id, value: 1, fitted: 1 })),
    },
    simple: {
      ownTime,
      calls: edges.map((edge) => ({ edge: edge.id, mean: edge.calls / 1000, asynchronous: edge.asynchronous === 1 })),
    },
  };
}

function leafApi(name: keyof typeof leaves): Api {
  const [low, high] = leaves[name];
  return {
    id: `store ${name}`,
    service: "store",
    name,
    executions: 5000,
    errors: 0,
    pfa: {
      states: [stage("start", 0, []), stage("finish", 1, [])],
      transitions: [{ from: "start", given: {}, visits: 5000, to: [{ state: "finish", probability: 1 }] }],
      learning,
    },
    gcm: {
      equation: "latency = own_time",
      nodes: [
        {
          id: "own_time",
          kind: "own_time",
          parents: [],
          unit: "us",
          tables: [{ given: {}, n: 5000, values: [low, high] }],
        },
      ],
      lambda: [],
    },
    simple: { ownTime: (high - low) / Math.log((1 + high) / (1 + low)) - 1, calls: [] },
  };
}

/**
 * One entry API for each way of calling (Table 2 of the paper, and repeats and asynchronous calls), all on the same
 * two leaves with known distributions, so that each entry latency has a closed form:
 * 100 + X + Y, 100 + max(X, Y), 100 + (X at 0.3, else Y), 100 + X·(once at 0.2, else three times), 100 + X (Y not
 * waited for), 100 + (X at 0.4, else 0).
 */
export function patternsTopology(): Topology {
  const edge = (pattern: string, leaf: "X" | "Y", calls: number, asynchronous = 0): Edge => ({
    id: `${pattern}>${leaf}`,
    caller: `gateway ${pattern}`,
    callee: `store ${leaf}`,
    kind: "remote",
    calls,
    asynchronous,
  });
  const edges = [
    edge("sequential", "X", 1000),
    edge("sequential", "Y", 1000),
    edge("concurrent", "X", 1000),
    edge("concurrent", "Y", 1000),
    edge("choice", "X", 300),
    edge("choice", "Y", 700),
    edge("repeat", "X", 2600),
    edge("asynchronous", "X", 1000),
    edge("asynchronous", "Y", 1000, 1),
    edge("probability", "X", 400),
  ];
  const entries = patterns().map((pattern) =>
    entryApi(
      pattern,
      edges.filter((edge) => edge.caller === `gateway ${pattern.name}`),
    ),
  );
  return {
    format: "palette-topology",
    version: "1.0",
    name: "patterns",
    resolution: 0.001,
    quantileGrid: [0, 0.1, 0.5, 0.9, 1],
    services: [
      { id: "gateway", name: "gateway" },
      { id: "store", name: "store" },
    ],
    apis: [...entries, leafApi("X"), leafApi("Y")],
    edges,
    exogenous: [],
    workload: {
      arrivals: "poisson",
      rate: 100,
      duration: 6e7,
      mix: entries.map((api) => ({ api: api.id, probability: 1 / entries.length, executions: 1000 })),
    },
    provenance: {
      generator: "by hand",
      sources: [],
      ledger: { read: 0, accepted: 0, merged: 0, rejected: 0 },
      options: {},
      interventions: [],
    },
  };
}
