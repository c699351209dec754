import { timedNodes } from "../changeTables.ts";
import { checkGiven } from "../checkGiven.ts";
import { context, finite, optional } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { callsField, selectEdges } from "../selectCalls.ts";
import { sayCut, shiftTables } from "../shiftTables.ts";

export const shiftNetwork = defineOperation({
  type: "shiftNetwork",
  stage: 2,
  summary: "add a constant to network time",
  fields: {
    call: callsField,
    by: finite("What is added to network times, µs; below 0 they are cut at 0."),
    given: optional(context('Only in this context, such as {"caller": "…"}.')),
  },
  apply({ topology, say }, { call, by, given = {} }) {
    const edges = new Set(selectEdges(topology, call).map(({ id }) => id));
    const nodes = topology.apis.flatMap((api) => {
      const found = api.gcm.nodes.filter(({ edge }) => edge && edges.has(edge));
      if (found.length > 0) checkGiven(topology, api, given);
      return found;
    });
    for (const node of timedNodes(nodes, "network", [...edges].join(", ")))
      sayCut(say, `network time of ${node.edge}`, shiftTables(topology.quantileGrid, node, given, by));
  },
});
