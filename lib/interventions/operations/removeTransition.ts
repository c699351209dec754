import { text } from "../fields.ts";
import { findState } from "../findState.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApi } from "../selectApis.ts";

export const removeTransition = defineOperation({
  type: "removeTransition",
  stage: 2,
  summary: "let one state never follow another; what else may follow is scaled up",
  fields: { api: apisField, from: text("The state before."), to: text("The state after.") },
  apply({ topology, say }, { api: selector, from, to }) {
    const api = selectApi(topology, selector);
    findState(api, from, false);
    const rows = api.pfa.transitions.filter((row) => row.from === from && row.to.some(({ state }) => state === to));
    if (rows.length === 0) throw new Error(`no transition leads from ${from} to ${to}`);
    for (const row of rows) {
      const others = row.to.filter(({ state, probability }) => state !== to && probability > 0);
      const rest = others.reduce((sum, { probability }) => sum + probability, 0);
      if (rest === 0) throw new Error(`nothing else follows ${from}`);
      row.to = others.map((each) => ({ ...each, probability: each.probability / rest }));
    }
    say(`what else follows ${from} is scaled up to sum to 1`);
  },
});
