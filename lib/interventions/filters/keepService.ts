import { matches } from "../../engine/matches.ts";
import { text } from "../fields.ts";
import { defineFilter } from "../operation.ts";

export const keepService = defineFilter({
  type: "keepService",
  summary: "keep the traces that come to a service",
  fields: {
    service: text("Pattern of the service's name, with * for any text."),
  },
  keep: ({ service }) => `len(list_filter(services, lambda name: ${matches("name", service)})) > 0`,
});
