import { amount, optional, text } from "../fields.ts";
import { moveApis } from "../moveApis.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApis, selectServices } from "../selectApis.ts";

export const splitService = defineOperation({
  type: "splitService",
  stage: 2,
  summary: "move some of a service's APIs to a new service; calls between the two become remote",
  fields: {
    service: text("Name of the service."),
    apis: apisField,
    into: text("Name of the new service."),
    network: optional(
      amount("Network time of calls that become remote, µs; as other calls of the callee unless told."),
    ),
  },
  apply(draft, { service, apis, into, network }) {
    const { topology } = draft;
    if (topology.services.some(({ name }) => name === into))
      throw new Error(`there is a service ${JSON.stringify(into)} already`);
    const ids = new Set(selectServices(topology, service).map(({ id }) => id));
    const chosen = selectApis(topology, apis).filter((api) => ids.has(api.service));
    if (chosen.length === 0) throw new Error(`none of the APIs is in ${JSON.stringify(service)}`);
    moveApis(draft, chosen, into, network);
  },
});
