import { shown, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApi } from "../selectApis.ts";

export const renameApi = defineOperation({
  type: "renameApi",
  stage: 2,
  summary: "give an API another name; its id stays, so that contexts and later interventions still find it",
  fields: { api: apisField, name: text("Its new name.") },
  apply({ topology }, { api, name }) {
    const renamed = selectApi(topology, api);
    const other = topology.apis.find(
      (each) => each !== renamed && each.service === renamed.service && each.name === name,
    );
    if (other) throw new Error(`${other.id} has the name ${shown(name)} already, in the same service`);
    renamed.name = name;
  },
});
