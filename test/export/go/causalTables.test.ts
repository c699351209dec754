import { describe, expect, it } from "vitest";
import { causalTables } from "../../../lib/export/go/causalTables.ts";
import type { Table } from "../../../lib/topology/topology.ts";
import { patternsTopology } from "../../topology/patternsTopology.ts";

describe("causalTables", () => {
  it("selects payloads under paths that an intervention kept of a state that is gone", () => {
    const topology = patternsTopology();
    const api = topology.apis[0]!;
    const edge = topology.edges.find(({ caller }) => caller === api.id)!;
    api.pfa.states.find(({ calls }) => calls.length > 0)!.path = "gone";
    const tables: Table[] = [
      { given: { path: "gone" }, n: 1, values: [7] },
      { given: {}, n: 1, values: [5] },
    ];
    api.gcm.nodes.push({ id: "response", kind: "payload", parents: ["path"], unit: "bytes", edge: edge.id, tables });
    const causal = causalTables(topology);
    const [variant] = causal.apis.get(api.id)!;
    const call = variant!.states.flatMap(({ calls }) => calls).find((each) => each.edge.id === edge.id)!;
    const drawn = variant!.states.map(({ path }) => {
      const [[, stride]] = call.response!.terms as [[number, number]];
      return causal.tables[call.response!.rows[path * stride]!]![0];
    });
    const expected = api.pfa.states.map(({ path }) => (path === "gone" ? 7 : 5));
    // States are numbered start, finish, and then in order.
    const order = [
      api.pfa.states.findIndex(({ id }) => id === "start"),
      api.pfa.states.findIndex(({ id }) => id === "finish"),
    ];
    const others = expected.filter((_, index) => !order.includes(index));
    expect(drawn).toEqual([...order.map((index) => expected[index]), ...others]);
    expect(drawn).toContain(7);
  });
});
