import { changeTables, timedNodes } from "../changeTables.ts";
import { checkGiven } from "../checkGiven.ts";
import { amount, context, optional } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApis } from "../selectApis.ts";

export const scaleOwnTime = defineOperation({
  type: "scaleOwnTime",
  stage: 2,
  summary: "multiply own time by a factor",
  fields: {
    api: apisField,
    factor: amount("What own times are multiplied by."),
    given: optional(context('Only in this context, such as {"caller": "…"}.')),
  },
  apply({ topology }, { api, factor, given = {} }) {
    for (const each of selectApis(topology, api)) {
      const { id, gcm, simple } = each;
      checkGiven(topology, each, given);
      for (const node of timedNodes(gcm.nodes, "own_time", id))
        changeTables(node, given, (values) => values.map((value) => value * factor));
      if (Object.keys(given).length === 0) simple.ownTime *= factor;
    }
  },
});
