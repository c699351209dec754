import type { GcmNode, RankTable, Topology } from "../../../lib/topology/topology.ts";

const least: RankTable["weights"] = [0.3, 0.7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const most: RankTable["weights"] = [0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.2, 0.3];

/** `branchesTopology` with a regime that bends the own time of `deep` and the network time of the calls to `left`. */
export function withRegime(topology: Topology): Topology {
  const regimeRanks: RankTable[] = [
    { given: { regime: "fault" }, n: 300, weights: most },
    { given: {}, n: 700, weights: least },
  ];
  const network: GcmNode = {
    ...{ id: "network:root>left", kind: "network", parents: ["regime"], unit: "us", edge: "root>left" },
    ...{ tables: [{ given: {}, n: 1000, values: [0, 3000] }], regimeRanks },
  };
  return {
    ...topology,
    exogenous: [
      ...topology.exogenous,
      {
        ...{ id: "regime", kind: "regime", parents: [], unit: "label" },
        classes: [
          { id: "fault", entry: "root", n: 300, probability: 0.3 },
          { id: "none", entry: "root", n: 700, probability: 0.7 },
        ],
      },
    ],
    apis: topology.apis.map((api) => {
      if (api.id === "root") return { ...api, gcm: { ...api.gcm, nodes: [...api.gcm.nodes, network] } };
      if (api.id !== "deep") return api;
      const nodes = api.gcm.nodes.map((node) => ({ ...node, parents: [...node.parents, "regime"], regimeRanks }));
      return { ...api, gcm: { ...api.gcm, nodes } };
    }),
  };
}
