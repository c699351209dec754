import { amount, choice, optional } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { callsField, selectEdges } from "../selectCalls.ts";

export const setPayload = defineOperation({
  type: "setPayload",
  stage: 2,
  summary: "set or scale the size of requests or responses",
  fields: {
    call: callsField,
    side: choice(["request", "response"], "Which payload."),
    bytes: optional(amount("The same size for all, bytes.")),
    factor: optional(amount("What sizes are multiplied by.")),
  },
  apply({ topology, say }, { call, side, bytes, factor }) {
    if ((bytes === undefined) === (factor === undefined)) throw new Error("either bytes or factor is needed");
    const apis = new Map(topology.apis.map((api) => [api.id, api]));
    let changed = 0;
    for (const edge of selectEdges(topology, call)) {
      const { nodes } = apis.get(edge.caller)!.gcm;
      const id = `${side}:${edge.id}`;
      const known = nodes.find((node) => node.id === id);
      if (bytes !== undefined) {
        const tables = [{ given: {}, n: known?.tables?.at(-1)?.n ?? 1, values: [bytes] }];
        if (known) Object.assign(known, { tables, parents: [], loadings: undefined });
        else nodes.push({ id, kind: "payload", parents: [], unit: "bytes", edge: edge.id, tables });
        changed++;
      } else if (known?.tables) {
        for (const table of known.tables) table.values = table.values.map((value) => value * factor!);
        changed++;
      }
    }
    if (changed === 0) throw new Error(`none of the calls has a ${side} size to scale`);
    const sizes = topology.exogenous.filter(({ kind, column }) => kind === "dimension" && column === `${side}_bytes`);
    say(
      sizes.length === 0
        ? "latencies do not follow payload sizes in this model: only what is generated changes"
        : `only what is generated changes; latencies follow the dimension ${sizes.map(({ id }) => id).join(", ")}, which setDimension moves`,
    );
  },
});
