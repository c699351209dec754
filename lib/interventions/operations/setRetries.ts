import { optional, text, whole } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { callsField, selectCallSites } from "../selectCalls.ts";

export const setRetries = defineOperation({
  type: "setRetries",
  stage: 2,
  summary: "make a call again where it fails or times out",
  fields: {
    call: callsField,
    state: optional(text("Only in the state of this id.")),
    attempts: whole(1, "Attempts in all, the first included."),
  },
  apply({ topology, say }, { call, state, attempts }) {
    const sites = selectCallSites(topology, call, state);
    for (const site of sites) site.call.attempts = attempts;
    const edges = new Map(topology.edges.map((edge) => [edge.id, edge.callee]));
    const fails = new Map(topology.apis.map(({ id, errors }) => [id, errors]));
    const never = sites.filter(({ call: { edge, timeout } }) => timeout === undefined && !fails.get(edges.get(edge)!));
    if (never.length === sites.length)
      say("no attempt ever fails: the callees have no errors and the calls no timeout");
  },
});
