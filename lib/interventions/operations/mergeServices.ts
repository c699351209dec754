import { list, text } from "../fields.ts";
import { moveApis } from "../moveApis.ts";
import { defineOperation } from "../operation.ts";
import { selectServices } from "../selectApis.ts";

export const mergeServices = defineOperation({
  type: "mergeServices",
  stage: 2,
  summary: "make one service of several; calls between them become local",
  fields: { services: list(text("Name or pattern."), "Services to merge."), into: text("Name of the merged service.") },
  apply(draft, { services, into }) {
    const ids = new Set(services.flatMap((each) => selectServices(draft.topology, each)).map(({ id }) => id));
    moveApis(
      draft,
      draft.topology.apis.filter((api) => ids.has(api.service)),
      into,
      undefined,
    );
  },
});
