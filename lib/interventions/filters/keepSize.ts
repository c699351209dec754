import { optional, whole } from "../fields.ts";
import { defineFilter } from "../operation.ts";
import { between } from "./between.ts";

export const keepSize = defineFilter({
  type: "keepSize",
  summary: "keep the traces of so many spans",
  fields: {
    least: optional(whole(1, "Fewest spans.")),
    most: optional(whole(1, "Most spans.")),
  },
  keep: ({ least, most }) => between("spans", least, most),
});
