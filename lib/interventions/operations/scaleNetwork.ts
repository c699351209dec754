import { changeTables, timedNodes } from "../changeTables.ts";
import { checkGiven } from "../checkGiven.ts";
import { amount, context, optional } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { callsField, selectEdges } from "../selectCalls.ts";

export const scaleNetwork = defineOperation({
  type: "scaleNetwork",
  stage: 2,
  summary: "multiply network time by a factor",
  fields: {
    call: callsField,
    factor: amount("What network times are multiplied by."),
    given: optional(context('Only in this context, such as {"caller": "…"}.')),
  },
  apply({ topology }, { call, factor, given = {} }) {
    const edges = new Set(selectEdges(topology, call).map(({ id }) => id));
    const nodes = topology.apis.flatMap((api) => {
      const found = api.gcm.nodes.filter(({ edge }) => edge && edges.has(edge));
      if (found.length > 0) checkGiven(topology, api, given);
      return found;
    });
    for (const node of timedNodes(nodes, "network", [...edges].join(", ")))
      changeTables(node, given, (values) => values.map((value) => value * factor));
  },
});
