import { text } from "../fields.ts";
import { findState } from "../findState.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApi } from "../selectApis.ts";

export const makeConcurrent = defineOperation({
  type: "makeConcurrent",
  stage: 2,
  summary: "make the calls of two states that follow each other at once",
  fields: { api: apisField, first: text("Id of the earlier state."), second: text("Id of the later state.") },
  apply({ topology }, { api: selector, first, second }) {
    const api = selectApi(topology, selector);
    const { pfa } = api;
    const [earlier, later] = [findState(api, first), findState(api, second)];
    if (first === second) throw new Error("a state cannot join itself");
    const rows = pfa.transitions.filter(({ from }) => from === first);
    const others = rows.flatMap(({ to }) => to).filter(({ state, probability }) => state !== second && probability > 0);
    if (others.length > 0) throw new Error(`${first} is also followed by ${others[0]!.state}, not by ${second} alone`);
    const into = pfa.transitions.filter(({ from, to }) => from !== first && to.some(({ state }) => state === second));
    if (into.length > 0) throw new Error(`${second} also follows ${into[0]!.from}, not ${first} alone`);
    if (earlier.repeat ?? later.repeat) throw new Error("a state that repeats cannot be joined with another");
    later.calls = [...earlier.calls, ...later.calls];
    later.gap = Math.min(1, later.gap + earlier.gap);
    for (const row of pfa.transitions) for (const target of row.to) if (target.state === first) target.state = second;
    pfa.transitions = pfa.transitions.filter(({ from }) => from !== first);
    pfa.states = pfa.states.filter((state) => state !== earlier);
  },
});
