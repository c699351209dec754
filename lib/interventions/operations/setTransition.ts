import { context, optional, share, text } from "../fields.ts";
import { findState } from "../findState.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApi } from "../selectApis.ts";

export const setTransition = defineOperation({
  type: "setTransition",
  stage: 2,
  summary: "set how likely one state follows another; what else may follow is scaled to the rest",
  fields: {
    api: apisField,
    from: text("The state before."),
    to: text("The state after."),
    probability: share("How likely it follows; 0 removes the transition."),
    given: optional(context("Only in rows of exactly this context; in all unless told.")),
  },
  apply({ topology }, { api: selector, from, to, probability, given }) {
    const api = selectApi(topology, selector);
    findState(api, from, false);
    findState(api, to, false);
    const wanted = given && JSON.stringify(Object.entries(given).sort());
    const rows = api.pfa.transitions.filter(
      (row) =>
        row.from === from && (wanted === undefined || JSON.stringify(Object.entries(row.given).sort()) === wanted),
    );
    if (rows.length === 0) throw new Error(`no row leaves ${from}${given ? ` given ${JSON.stringify(given)}` : ""}`);
    for (const row of rows) {
      const others = row.to.filter(({ state }) => state !== to);
      const rest = others.reduce((sum, each) => sum + each.probability, 0);
      if (probability < 1 && rest === 0)
        throw new Error(`nothing but ${to} follows ${from}: nothing can take the rest`);
      const scaled = others.map((each) => ({
        ...each,
        probability: (each.probability * (1 - probability)) / (rest || 1),
      }));
      row.to = [...scaled, { state: to, probability }].filter((each) => each.probability > 0);
    }
  },
});
