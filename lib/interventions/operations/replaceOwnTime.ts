import { timedNodes } from "../changeTables.ts";
import { amount, list } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { quantiles } from "../quantiles.ts";
import { apisField, selectApis } from "../selectApis.ts";

export const replaceOwnTime = defineOperation({
  type: "replaceOwnTime",
  stage: 2,
  summary: "give own time another distribution, the same in every context",
  fields: {
    api: apisField,
    values: list(amount("µs"), "A sample of the new own times, µs; one value for a constant."),
  },
  apply({ topology }, { api, values }) {
    for (const { id, gcm, simple } of selectApis(topology, api)) {
      for (const node of timedNodes(gcm.nodes, "own_time", id))
        node.tables = [{ given: {}, n: values.length, values: quantiles(topology, values) }];
      simple.ownTime = values.reduce((sum, value) => sum + value, 0) / values.length;
    }
  },
});
