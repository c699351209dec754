import { text } from "../fields.ts";
import { findState } from "../findState.ts";
import { freeId } from "../insertState.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApi } from "../selectApis.ts";

export const makeSequential = defineOperation({
  type: "makeSequential",
  stage: 2,
  summary: "make the concurrent calls of a state one after another",
  fields: { api: apisField, state: text("Id of the state.") },
  apply({ topology, say }, { api: selector, state: id }) {
    const api = selectApi(topology, selector);
    const state = findState(api, id);
    const several = state.calls.some(({ count }) => count?.some((each) => each.count > 1));
    if (state.calls.length < 2) {
      if (several) throw new Error(`${id} makes calls of one kind alone; setConcurrentCalls says how many at once`);
      throw new Error(
        `${id} makes ${state.calls.length === 0 ? "no call" : "one call"} at a time: nothing is concurrent`,
      );
    }
    const [...calls] = state.calls;
    state.calls = [calls.pop()!];
    const before = calls.map((call, index) => {
      const gap = index === 0 ? state.gap : 0;
      const { repeat } = structuredClone(state);
      return { id: "", calls: [call], ...(repeat && { repeat }), gap, order: state.order };
    });
    state.gap = 0;
    const { pfa } = api;
    const visits = pfa.transitions.filter(({ from }) => from === id).reduce((sum, row) => sum + row.visits, 0);
    const at = pfa.states.indexOf(state);
    for (const [index, each] of before.entries()) {
      each.id = freeId(api, `${id}, step ${index + 1}`);
      pfa.states.splice(at + index, 0, each);
    }
    for (const row of pfa.transitions)
      for (const target of row.to) if (target.state === id) target.state = before[0]!.id;
    for (const [index, each] of before.entries()) {
      const to = before[index + 1]?.id ?? id;
      pfa.transitions.push({ from: each.id, given: {}, visits, to: [{ state: to, probability: 1 }] });
    }
    if (state.repeat) say(`${id} repeats: each of its calls now makes all its repeats in turn`);
    if (several) say(`several calls of one kind in ${id} stay concurrent with each other`);
  },
});
