import { amount, optional } from "../fields.ts";
import { defineFilter } from "../operation.ts";
import { between } from "./between.ts";

export const keepDuration = defineFilter({
  type: "keepDuration",
  summary: "keep the traces whose entry takes so long",
  fields: {
    least: optional(amount("Shortest duration, µs.")),
    most: optional(amount("Longest duration, µs.")),
  },
  keep: ({ least, most }) => between("duration", least, most),
});
