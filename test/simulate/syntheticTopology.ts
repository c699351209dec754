import { quantileGrid } from "../../lib/gcm/quantileGrid.ts";
import { Random } from "../../lib/simulate/random.ts";
import type { Api, Edge, PfaState, PfaTransition, Table, Topology } from "../../lib/topology/topology.ts";

export interface SyntheticOptions {
  apis: number;
  /** Mean number of stages that an API with callees goes through. */
  stages: number;
  seed: number;
}

/**
 * A random topology without cycles, for measuring and for property tests: APIs in layers, own times as full quantile
 * tables for each caller and path, networks on every edge.
 */
export function syntheticTopology({ apis, stages, seed }: SyntheticOptions): Topology {
  const random = new Random(seed);
  const whole = (below: number) => Math.floor(random.uniform() * below);
  const grid = quantileGrid();
  const edges: Edge[] = [];
  const id = (index: number) => `s${index % Math.ceil(apis / 3)} api${index}`;
  const layer = (index: number) => Math.floor((index * 4) / apis);
  const callees = Array.from({ length: apis }, (_, caller) => {
    const below = Array.from({ length: apis }, (_, index) => index).filter(
      (index) => layer(index) === layer(caller) + 1,
    );
    const chosen = new Set(below.length ? Array.from({ length: 4 }, () => below[whole(below.length)]!) : []);
    return [...chosen].map((callee) => {
      const edge = { id: `${caller}>${callee}`, caller: id(caller), callee: id(callee), kind: "remote" as const };
      edges.push({ ...edge, calls: 1000, asynchronous: 0 });
      return edge.id;
    });
  });
  const table = (given: Table["given"]): Table => {
    const scale = 50 + 2000 * random.uniform() ** 3;
    const values = grid.map((level) => scale * (0.5 + level - Math.log(1 - 0.999 * level)));
    return { given, n: 1000, values };
  };
  const list = Array.from({ length: apis }, (_, index): Api => {
    const mine = callees[index]!;
    const count = mine.length ? 2 * stages : 0;
    const states = Array.from({ length: count }, (_, number): PfaState => {
      const calls = Array.from({ length: 1 + whole(2) }, () => mine[whole(mine.length)]!);
      return {
        id: `s${number}`,
        calls: [...new Set(calls)].map((edge) => ({
          edge,
          probability: random.uniform() < 0.8 ? 1 : random.uniform(),
          asynchronous: random.uniform() < 0.05,
        })),
        gap: random.uniform() / (2 * stages),
        order: "certain",
      };
    });
    const names = ["start", ...states.map((state) => state.id)];
    const transitions = names.map((from, number): PfaTransition => {
      const next = [number + 1, number + 2, number + 3].map((other) => names[other] ?? "finish");
      const to = [...new Set(next)].map((state) => ({ state, probability: random.uniform() }));
      const sum = to.reduce((total, each) => total + each.probability, 0);
      return {
        from,
        given: {},
        visits: 1000,
        to: to.map(({ state, probability }) => ({ state, probability: probability / sum })),
      };
    });
    const mineEdges = edges.filter((edge) => edge.caller === id(index));
    const callers = edges.filter((edge) => edge.callee === id(index)).map((edge) => edge.caller);
    const tables = [
      ...callers.flatMap((caller) => names.map((path) => table({ caller, path }))),
      ...callers.map((caller) => table({ caller })),
      table({}),
    ];
    return {
      id: id(index),
      service: id(index).split(" ")[0]!,
      name: `api${index}`,
      executions: 1000,
      errors: 0,
      pfa: {
        states: [
          { id: "start", calls: [], gap: 0, order: "certain" },
          ...states,
          { id: "finish", calls: [], gap: 0, order: "certain" },
        ],
        transitions,
        learning: { walks: 10, executions: 1000, treeStates: 100, threshold: 0.1, heldOut: -2 },
      },
      gcm: {
        equation: "",
        nodes: [
          { id: "own_time", kind: "own_time", parents: ["caller", "path"], unit: "us", tables },
          ...mineEdges.map((edge) => ({
            id: `network:${edge.id}`,
            kind: "network",
            parents: [],
            unit: "us" as const,
            edge: edge.id,
            tables: [table({})],
          })),
        ],
        lambda: [],
      },
      simple: {
        ownTime: 500,
        calls: mineEdges.map((edge) => ({ edge: edge.id, mean: random.uniform() * 3, asynchronous: false })),
      },
    };
  });
  const entries = list.filter((_, index) => layer(index) === 0);
  return {
    format: "palette-topology",
    version: "1.0",
    name: "synthetic",
    resolution: 0.001,
    quantileGrid: grid,
    services: [...new Set(list.map((api) => api.service))].map((service) => ({ id: service, name: service })),
    apis: list,
    edges,
    exogenous: [],
    workload: {
      arrivals: "poisson",
      rate: 100,
      duration: 1e8,
      mix: entries.map((api) => ({ api: api.id, probability: 1 / entries.length, executions: 1000 })),
    },
    provenance: {
      generator: "test",
      sources: [],
      ledger: { read: 0, accepted: 0, merged: 0, rejected: 0 },
      options: { seed },
      interventions: [],
    },
  };
}
