import { amount, flag, optional, share, text } from "../fields.ts";
import { findState } from "../findState.ts";
import { insertLast } from "../insertState.ts";
import { addNetwork } from "../moveApis.ts";
import { defineOperation } from "../operation.ts";
import { reachedFrom } from "../reachedFrom.ts";
import { apisField, selectApi } from "../selectApis.ts";

export const addCall = defineOperation({
  type: "addCall",
  stage: 2,
  summary: "let an API call another: together with the calls of a state, or after everything else",
  fields: {
    caller: apisField,
    callee: apisField,
    with: optional(text("Id of the state whose calls it joins; without it the call follows all others.")),
    probability: optional(share("How likely it is made; 1 unless told.")),
    asynchronous: optional(flag("true where the caller does not wait.")),
    network: optional(amount("Network time, µs; as other calls of the callee unless told.")),
  },
  apply(draft, { caller: from, callee: to, with: state, probability = 1, asynchronous = false, network }) {
    const { topology } = draft;
    const caller = selectApi(topology, from);
    const callee = selectApi(topology, to);
    const back = reachedFrom(topology, callee.id);
    if (back.has(caller.id))
      throw new Error(`${caller.id} is called by ${callee.id}, directly or not: the calls would never end`);
    let edge = topology.edges.find((each) => each.caller === caller.id && each.callee === callee.id);
    if (edge === undefined) {
      const kind = caller.service === callee.service ? ("local" as const) : ("remote" as const);
      const ids = new Set(topology.edges.map(({ id }) => id));
      const name = `${caller.id} > ${callee.id}`;
      edge = {
        id: ids.has(name) ? `${name} (added)` : name,
        caller: caller.id,
        callee: callee.id,
        kind,
        calls: 0,
        asynchronous: asynchronous ? 1 : 0,
      };
      topology.edges.push(edge);
      if (kind === "remote") addNetwork(draft, edge, network);
    } else if (network !== undefined)
      throw new Error(`${edge.id} is called already: replaceNetwork changes its network time`);
    const call = { edge: edge.id, probability, asynchronous };
    if (state === undefined) insertLast(caller, `calls ${callee.name}`, [call]);
    else findState(caller, state).calls.push(call);
  },
});
