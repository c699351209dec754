import { dimensionName } from "../dimensionName.ts";
import { list, object, optional, text, whole } from "../fields.ts";
import { defineOperation } from "../operation.ts";

const spans = object(
  {
    service: optional(text("Pattern of the service, with * for any text.")),
    name: optional(text("Pattern of the operation.")),
  },
  "APIs, by their service and operation.",
);

export const addDimension = defineOperation({
  type: "addDimension",
  stage: 1,
  summary: "make a column of the traces a node that paths, own times and network times of some APIs depend on",
  fields: {
    name: dimensionName("Name of the node."),
    column: text(
      "Column or tag: request_bytes, response_bytes, error, a column of the files, or an attribute of spans.",
    ),
    from: optional({ ...spans, optional: false }),
    to: list(spans, "The APIs that depend on it, called by those that it comes from, or these themselves."),
    classes: optional(whole(2, "Classes that numbers of more different values are divided into; 8 unless told.")),
  },
  apply() {
    throw new Error("acts on traces before the fit; give it to palette fit");
  },
  declare: ({ name, column, from, to, classes = 8 }) => ({ name, column, ...(from ? { from } : {}), to, classes }),
});
