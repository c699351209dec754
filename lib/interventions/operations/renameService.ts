import { text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { selectServices } from "../selectApis.ts";

export const renameService = defineOperation({
  type: "renameService",
  stage: 2,
  summary: "give a service another name; ids stay, so that later interventions still find it",
  fields: { service: text("Name of the service."), name: text("Its new name.") },
  apply({ topology }, { service, name }) {
    const found = selectServices(topology, service);
    if (found.length > 1) throw new Error(`${JSON.stringify(service)} names ${found.length} services, not one`);
    if (topology.services.some((each) => each.name === name))
      throw new Error(`there is a service ${JSON.stringify(name)} already`);
    found[0]!.name = name;
  },
});
