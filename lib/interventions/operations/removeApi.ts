import { optional, share } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { removeApis } from "../removeApis.ts";
import { apisField, selectApis } from "../selectApis.ts";

export const removeApi = defineOperation({
  type: "removeApi",
  stage: 2,
  summary: "remove APIs and every call to them",
  fields: {
    api: apisField,
    takeShareOfOwnTime: optional(share("Share of the callers' own time that goes with the calls; 0 unless told.")),
  },
  apply(draft, { api, takeShareOfOwnTime = 0 }) {
    removeApis(draft, selectApis(draft.topology, api), takeShareOfOwnTime);
  },
});
