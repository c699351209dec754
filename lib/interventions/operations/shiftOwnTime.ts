import { timedNodes } from "../changeTables.ts";
import { checkGiven } from "../checkGiven.ts";
import { context, finite, optional } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApis } from "../selectApis.ts";
import { sayCut, shiftTables } from "../shiftTables.ts";

export const shiftOwnTime = defineOperation({
  type: "shiftOwnTime",
  stage: 2,
  summary: "add a constant to own time",
  fields: {
    api: apisField,
    by: finite("What is added to own times, µs; below 0 they are cut at 0."),
    given: optional(context('Only in this context, such as {"caller": "…"}.')),
  },
  apply({ topology, say }, { api, by, given = {} }) {
    for (const each of selectApis(topology, api)) {
      const { id, gcm, simple } = each;
      checkGiven(topology, each, given);
      for (const node of timedNodes(gcm.nodes, "own_time", id))
        sayCut(say, `own time of ${id}`, shiftTables(topology.quantileGrid, node, given, by));
      if (Object.keys(given).length === 0) simple.ownTime = Math.max(0, simple.ownTime + by);
    }
  },
});
