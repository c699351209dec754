import { optional, positive, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { callsField, selectCallSites } from "../selectCalls.ts";

export const setTimeout = defineOperation({
  type: "setTimeout",
  stage: 2,
  summary: "let callers wait for each attempt of a call only so long",
  fields: {
    call: callsField,
    state: optional(text("Only in the state of this id.")),
    timeout: positive("Longest wait for an attempt, µs."),
  },
  apply({ topology, say }, { call, state, timeout }) {
    for (const site of selectCallSites(topology, call, state)) site.call.timeout = timeout;
    say("the callee's work goes on after the caller has given up, as it would in a system that does not cancel");
  },
});
