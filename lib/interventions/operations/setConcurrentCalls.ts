import { optional, text, whole } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { callsField, selectCallSites } from "../selectCalls.ts";

export const setConcurrentCalls = defineOperation({
  type: "setConcurrentCalls",
  stage: 2,
  summary: "set how many calls of one kind a state makes at once",
  fields: {
    call: callsField,
    state: optional(text("Only in the state of this id.")),
    count: whole(1, "Calls at once."),
  },
  apply({ topology }, { call, state, count }) {
    for (const site of selectCallSites(topology, call, state)) site.call.count = [{ count, probability: 1 }];
  },
});
