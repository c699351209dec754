import { text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApi } from "../selectApis.ts";

export const renameApi = defineOperation({
  type: "renameApi",
  stage: 2,
  summary: "give an API another name; its id stays, so that contexts and later interventions still find it",
  fields: { api: apisField, name: text("Its new name.") },
  apply({ topology }, { api, name }) {
    selectApi(topology, api).name = name;
  },
});
