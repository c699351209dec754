import { optional, share, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { removeApis } from "../removeApis.ts";
import { selectServices } from "../selectApis.ts";

export const removeService = defineOperation({
  type: "removeService",
  stage: 2,
  summary: "remove services, their APIs and every call to them",
  fields: {
    service: text("Name of a service, or a pattern with * for any text."),
    takeShareOfOwnTime: optional(share("Share of the callers' own time that goes with the calls; 0 unless told.")),
  },
  apply(draft, { service, takeShareOfOwnTime = 0 }) {
    const { topology } = draft;
    const chosen = selectServices(topology, service);
    const ids = new Set(chosen.map(({ id }) => id));
    removeApis(
      draft,
      topology.apis.filter((api) => ids.has(api.service)),
      takeShareOfOwnTime,
    );
    topology.services = topology.services.filter((each) => !chosen.includes(each));
  },
});
