import { changeTables, timedNodes } from "../changeTables.ts";
import { context, finite, optional } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApis } from "../selectApis.ts";

export const shiftOwnTime = defineOperation({
  type: "shiftOwnTime",
  stage: 2,
  summary: "add a constant to own time",
  fields: {
    api: apisField,
    by: finite("What is added to own times, µs; below 0 they are cut at 0."),
    given: optional(context('Only in this context, such as {"caller": "…"}.')),
  },
  apply({ topology }, { api, by, given = {} }) {
    for (const { id, gcm, simple } of selectApis(topology, api)) {
      for (const node of timedNodes(gcm.nodes, "own_time", id))
        changeTables(node, given, (values) => values.map((value) => Math.max(0, value + by)));
      if (Object.keys(given).length === 0) simple.ownTime = Math.max(0, simple.ownTime + by);
    }
  },
});
