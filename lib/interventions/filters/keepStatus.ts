import { choice } from "../fields.ts";
import { defineFilter } from "../operation.ts";

export const keepStatus = defineFilter({
  type: "keepStatus",
  summary: "keep the traces that failed somewhere, or those that did not",
  fields: {
    status: choice(["ok", "error"], "`error` where any span says that it failed."),
  },
  keep: ({ status }) => (status === "error" ? "failed" : "NOT failed"),
});
