import { flag, optional, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { callsField, selectCallSites } from "../selectCalls.ts";

export const setAsynchronous = defineOperation({
  type: "setAsynchronous",
  stage: 2,
  summary: "let callers wait for calls, or not",
  fields: {
    call: callsField,
    state: optional(text("Only in the state of this id.")),
    asynchronous: flag("true where the caller does not wait."),
  },
  apply({ topology }, { call, state, asynchronous }) {
    for (const site of selectCallSites(topology, call, state)) site.call.asynchronous = asynchronous;
  },
});
