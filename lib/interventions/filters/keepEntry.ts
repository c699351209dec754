import { matches } from "../../engine/matches.ts";
import { optional, text } from "../fields.ts";
import { defineFilter } from "../operation.ts";

export const keepEntry = defineFilter({
  type: "keepEntry",
  summary: "keep the traces that begin at some APIs",
  fields: {
    service: optional(text("Pattern of the entry's service, with * for any text.")),
    name: optional(text("Pattern of its operation.")),
  },
  keep: ({ service, name }) =>
    `${matches("entry_service", service ?? "*")} AND ${matches("entry_operation", name ?? "*")}`,
});
