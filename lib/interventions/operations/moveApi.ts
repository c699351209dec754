import { amount, optional, text } from "../fields.ts";
import { moveApis } from "../moveApis.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApis } from "../selectApis.ts";

export const moveApi = defineOperation({
  type: "moveApi",
  stage: 2,
  summary: "move APIs to another service, which is made where there is none of that name",
  fields: {
    api: apisField,
    service: text("Name of the service."),
    network: optional(
      amount("Network time of calls that become remote, µs; as other calls of the callee unless told."),
    ),
  },
  apply(draft, { api, service, network }) {
    moveApis(draft, selectApis(draft.topology, api), service, network);
  },
});
