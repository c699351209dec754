import { positive } from "../fields.ts";
import { loadNode, moveLoad } from "../moveLoad.ts";
import { defineOperation } from "../operation.ts";

export const setRate = defineOperation({
  type: "setRate",
  stage: 2,
  summary: "set how many entry calls arrive a second",
  fields: { rate: positive("Entry calls a second.") },
  apply({ topology, say }, { rate }) {
    topology.workload.rate = rate;
    const load = loadNode(topology);
    if (load?.measured) moveLoad(load, rate, say);
    else say("latencies stay those of the load at which the traces were recorded");
  },
});
