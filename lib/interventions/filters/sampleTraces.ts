import { literal } from "../../engine/sql.ts";
import { hashBelow } from "../../executions/splitTraces.ts";
import { optional, share, whole } from "../fields.ts";
import { defineFilter } from "../operation.ts";

export const sampleTraces = defineFilter({
  type: "sampleTraces",
  summary: "keep a share of the traces, chosen by a hash of their ids",
  fields: {
    share: share("How many of them."),
    seed: optional(whole(0, "Seed of the choice; 1 unless told.")),
  },
  byId: true,
  keep: ({ share, seed = 1 }) =>
    `substr(md5(id || ${literal(`:sample:${seed}`)}), 1, 8) < ${literal(hashBelow(share))}`,
});
