import { positive } from "../fields.ts";
import { loadNode, moveLoad } from "../moveLoad.ts";
import { defineOperation } from "../operation.ts";

export const setLoad = defineOperation({
  type: "setLoad",
  stage: 2,
  summary: "set the load that traces run at, in the unit of the loads that the topology was fitted to",
  fields: { load: positive("The load; between recorded ones their neighbours are mixed.") },
  apply({ topology, say }, { load }) {
    const node = loadNode(topology);
    if (node === undefined)
      throw new Error(
        "nothing in this topology depends on load; fit it to traces of several loads with --nodes …,load",
      );
    moveLoad(node, load, say);
    if (node.measured) topology.workload.rate = load;
    else say(`entry calls still arrive at ${topology.workload.rate} a second, as recorded; setRate changes that`);
  },
});
