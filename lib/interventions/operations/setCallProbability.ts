import { optional, share, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { callsField, selectCallSites } from "../selectCalls.ts";

export const setCallProbability = defineOperation({
  type: "setCallProbability",
  stage: 2,
  summary: "set how likely a state makes a call when a walk comes to it",
  fields: {
    call: callsField,
    state: optional(text("Only in the state of this id.")),
    probability: share("Probability that a visit to the state makes the call."),
  },
  apply({ topology }, { call, state, probability }) {
    for (const site of selectCallSites(topology, call, state)) site.call.probability = probability;
  },
});
