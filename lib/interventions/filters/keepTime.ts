import { amount, optional } from "../fields.ts";
import { defineFilter } from "../operation.ts";
import { between } from "./between.ts";

export const keepTime = defineFilter({
  type: "keepTime",
  summary: "keep the traces that begin within a window of time",
  fields: {
    from: optional(amount("Start of the window, µs after the first span of the data set.")),
    to: optional(amount("End of the window, which it does not include.")),
  },
  keep: ({ from, to }) => between("start", from, to, "<"),
});
