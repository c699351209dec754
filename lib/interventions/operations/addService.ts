import { text } from "../fields.ts";
import { defineOperation } from "../operation.ts";

export const addService = defineOperation({
  type: "addService",
  stage: 2,
  summary: "add a service without APIs",
  fields: { name: text("Its name, and its id.") },
  apply({ topology }, { name }) {
    if (topology.services.some((each) => each.name === name))
      throw new Error(`there is a service ${JSON.stringify(name)} already`);
    topology.services.push({ id: name, name });
  },
});
