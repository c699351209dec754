import { changeTables, timedNodes } from "../changeTables.ts";
import { context, finite, optional } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { callsField, selectEdges } from "../selectCalls.ts";

export const shiftNetwork = defineOperation({
  type: "shiftNetwork",
  stage: 2,
  summary: "add a constant to network time",
  fields: {
    call: callsField,
    by: finite("What is added to network times, µs; below 0 they are cut at 0."),
    given: optional(context('Only in this context, such as {"caller": "…"}.')),
  },
  apply({ topology }, { call, by, given = {} }) {
    const edges = new Set(selectEdges(topology, call).map(({ id }) => id));
    const nodes = topology.apis.flatMap(({ gcm }) => gcm.nodes.filter(({ edge }) => edge && edges.has(edge)));
    for (const node of timedNodes(nodes, "network", [...edges].join(", ")))
      changeTables(node, given, (values) => values.map((value) => Math.max(0, value + by)));
  },
});
