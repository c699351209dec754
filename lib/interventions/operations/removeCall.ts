import { optional, share, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { removeCalls } from "../removeCalls.ts";
import { callsField, selectCallSites } from "../selectCalls.ts";

export const removeCall = defineOperation({
  type: "removeCall",
  stage: 2,
  summary: "stop making calls",
  fields: {
    call: callsField,
    state: optional(text("Only in the state of this id.")),
    takeShareOfOwnTime: optional(share("Share of the caller's own time that goes with the call; 0 unless told.")),
  },
  apply(draft, { call, state, takeShareOfOwnTime = 0 }) {
    removeCalls(draft, selectCallSites(draft.topology, call, state), takeShareOfOwnTime);
  },
});
