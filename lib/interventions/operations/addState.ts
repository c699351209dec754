import { list, optional, share, text } from "../fields.ts";
import { findState } from "../findState.ts";
import { insertBetween } from "../insertState.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApi } from "../selectApis.ts";
import { callsField, selectEdges } from "../selectCalls.ts";

export const addState = defineOperation({
  type: "addState",
  stage: 2,
  summary: "put a state between two others of an automaton",
  fields: {
    api: apisField,
    state: text("Id of the new state."),
    calls: list(callsField, "What it calls, concurrently: edges that the API has."),
    from: text("The state before it."),
    to: text("The state after it."),
    probability: optional(share("Share of the walks between the two that go through it; all unless told.")),
  },
  apply({ topology }, { api: selector, state, calls, from, to, probability = 1 }) {
    const api = selectApi(topology, selector);
    findState(api, from, false);
    findState(api, to, false);
    if (api.pfa.states.some(({ id }) => id === state))
      throw new Error(`there is a state ${JSON.stringify(state)} already`);
    const edges = calls.flatMap((each) => selectEdges(topology, each)).filter(({ caller }) => caller === api.id);
    if (edges.length === 0) throw new Error(`${api.id} has none of the calls`);
    const made = edges.map(({ id }) => ({ edge: id, probability: 1, asynchronous: false }));
    if (!insertBetween(api, state, made, from, to, probability))
      throw new Error(`no transition leads from ${from} to ${to}`);
  },
});
