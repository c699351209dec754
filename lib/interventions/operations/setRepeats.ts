import { either, list, object, share, text, whole } from "../fields.ts";
import { findState } from "../findState.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApi } from "../selectApis.ts";

export const setRepeats = defineOperation({
  type: "setRepeats",
  stage: 2,
  summary: "set how often a state runs in a row",
  fields: {
    api: apisField,
    state: text("Id of the state."),
    repeats: either(
      whole(1, "Always so often."),
      list(object({ count: whole(1, "Runs in a row."), probability: share("How likely.") }, ""), "A distribution."),
      "How often in a row: a number, or counts with probabilities that sum to 1.",
    ),
  },
  apply({ topology }, { api, state, repeats }) {
    const found = findState(selectApi(topology, api), state);
    found.repeat = typeof repeats === "number" ? [{ count: repeats, probability: 1 }] : repeats;
  },
});
