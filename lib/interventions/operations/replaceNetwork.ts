import { timedNodes } from "../changeTables.ts";
import { amount, list } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { quantiles } from "../quantiles.ts";
import { callsField, selectEdges } from "../selectCalls.ts";

export const replaceNetwork = defineOperation({
  type: "replaceNetwork",
  stage: 2,
  summary: "give network time another distribution, the same in every context",
  fields: {
    call: callsField,
    values: list(amount("µs"), "A sample of the new network times, µs; one value for a constant."),
  },
  apply({ topology }, { call, values }) {
    const edges = new Set(selectEdges(topology, call).map(({ id }) => id));
    const nodes = topology.apis.flatMap(({ gcm }) => gcm.nodes.filter(({ edge }) => edge && edges.has(edge)));
    for (const node of timedNodes(nodes, "network", [...edges].join(", ")))
      node.tables = [{ given: {}, n: values.length, values: quantiles(topology, values) }];
  },
});
