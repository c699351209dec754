import type { Api, GcmNode, PfaState, Table, Topology } from "../../../lib/topology/topology.ts";
import { patternsTopology } from "../../topology/patternsTopology.ts";

const boundary = (id: string): PfaState => ({ id, calls: [], gap: 0.5, order: "certain" });

function api(id: string, tables: Table[], callees: string[], loadings?: GcmNode["loadings"]): Api {
  const stages = callees.map(
    (callee): PfaState => ({
      ...{ id: callee, gap: 0.25, order: "certain" },
      calls: [{ edge: `${id}>${callee}`, probability: 1, asynchronous: false }],
    }),
  );
  const walk = [boundary("start"), ...stages, boundary("finish")];
  return {
    ...{ id, service: id, name: id, executions: 1000, errors: 0 },
    pfa: {
      states: walk,
      transitions: walk.slice(0, -1).map(({ id: from }, index) => ({
        ...{ from, given: {}, visits: 1000, to: [{ state: walk[index + 1]!.id, probability: 1 }] },
      })),
      learning: { walks: 1, executions: 1000, treeStates: walk.length, threshold: "exact", heldOut: null },
    },
    gcm: {
      ...{ equation: "", lambda: [] },
      nodes: [
        {
          id: "own_time",
          kind: "own_time",
          parents: loadings ? ["scenario", ...Object.keys(loadings)] : [],
          unit: "us",
          tables,
          ...(loadings ? { loadings } : {}),
        },
      ],
    },
    simple: {
      ownTime: 500,
      calls: callees.map((callee) => ({ edge: `${id}>${callee}`, mean: 1, asynchronous: false })),
    },
  };
}

const table = (given: Table["given"], low: number, high: number): Table => ({ given, n: 500, values: [low, high] });

/**
 * A root that draws its kind of trace, and calls two branches: at the end of `left` (`deep`) own time depends on the
 * kind and on a trace factor, `middle` between them on neither, and nor does anything of `right`.
 */
export function branchesTopology(): Topology {
  const base = patternsTopology();
  const apis = [
    api("root", [table({}, 10, 20)], ["left", "right"]),
    api("left", [table({}, 10, 20)], ["deep"]),
    api("right", [table({}, 10, 20)], ["shallow"]),
    api("deep", [table({ scenario: "slow" }, 5000, 9000), table({}, 100, 900)], [], { load: 0.9 }),
    api("shallow", [table({}, 50, 60)], []),
  ];
  return {
    ...{ ...base, name: "branches", apis, services: apis.map(({ id }) => ({ id, name: id })) },
    edges: apis.flatMap(({ id: caller, simple }) =>
      simple.calls.map(({ edge }) => ({
        ...{ id: edge, caller, callee: edge.split(">")[1]!, kind: "remote", calls: 1000, asynchronous: 0 },
      })),
    ) as Topology["edges"],
    exogenous: [
      {
        ...{ id: "scenario", kind: "scenario", parents: [], unit: "label" },
        classes: [
          { id: "slow", entry: "root", n: 300, probability: 0.3 },
          { id: "fast", entry: "root", n: 700, probability: 0.7 },
        ],
      },
      { id: "load", kind: "factor", parents: [], unit: "normal" },
    ],
    workload: { ...base.workload, mix: [{ api: "root", probability: 1, executions: 1000 }] },
  };
}
