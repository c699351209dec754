import { choice, list, object, optional, share } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApis } from "../selectApis.ts";

export const setWork = defineOperation({
  type: "setWork",
  stage: 3,
  summary: "say how generated code spends own time and fills payloads; the model stays as it is",
  fields: {
    api: apisField,
    work: optional(
      list(
        object({ kind: choice(["cpu", "memory", "disk", "sleep"], "Kind of work."), share: share("Its share.") }, ""),
        "Kinds of work in order; their shares of own time sum to 1.",
      ),
    ),
    filler: optional(choice(["zeros", "random", "text"], "What payloads are filled with.")),
  },
  apply({ topology }, { api, work, filler }) {
    if (work === undefined && filler === undefined) throw new Error("neither work nor filler is given");
    for (const each of selectApis(topology, api)) Object.assign(each, work && { work }, filler && { filler });
  },
});
