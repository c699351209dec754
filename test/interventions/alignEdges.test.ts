import { describe, expect, it } from "vitest";
import { alignEdges } from "../../lib/interventions/alignEdges.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { diffTopologies } from "../../lib/interventions/diffTopologies.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";
import { topologyFaults } from "../topologyFaults.ts";

/** The same topology, in which each edge has the id of the one before it. */
function renumbered(topology: Topology): Topology {
  const ids = new Map(topology.edges.map(({ id }, index) => [id, topology.edges.at(index - 1)!.id]));
  const copy = structuredClone(topology);
  for (const edge of copy.edges) edge.id = ids.get(edge.id)!;
  for (const { gcm, pfa, simple } of copy.apis) {
    const calls = pfa.states.flatMap((state) => state.calls);
    for (const row of [...calls, ...gcm.lambda, ...simple.calls]) row.edge = ids.get(row.edge)!;
    for (const node of gcm.nodes) {
      const renamed = (id: string) => id.replace(/^(\w+:)(.+)$/, (_, kind, edge) => kind + (ids.get(edge) ?? edge));
      node.parents = node.parents.map(renamed);
      if (node.edge !== undefined) Object.assign(node, { id: renamed(node.id), edge: ids.get(node.edge) });
    }
  }
  return copy;
}

const topology = patternsTopology();
const caller = topology.apis.find(({ id }) => id === "gateway choice")!;
caller.gcm.nodes.push({
  id: "network:choice>Y",
  kind: "network",
  parents: [],
  unit: "us",
  edge: "choice>Y",
  tables: [{ given: {}, n: 100, values: [10, 20, 40] }],
});
const texts = (before: Topology, after: Topology) => diffTopologies(before, after).map(({ text }) => text);

describe("alignEdges", () => {
  it("finds the ids of the same calls", () => {
    const other = renumbered(topology);
    expect(topologyFaults(writeTopology(other))).toEqual([]);
    expect(writeTopology(other)).not.toBe(writeTopology(topology));
    expect(writeTopology(alignEdges(other, topology))).toBe(writeTopology(topology));
    expect(alignEdges(topology, topology)).toBe(topology);
    expect(texts(other, topology)).toEqual([]);
  });

  it("lets differences name what differs, whatever the calls are numbered", () => {
    const { topology: after } = applyInterventions(topology, [
      { type: "scaleNetwork", call: "choice>Y", factor: 2 },
      { type: "removeCall", call: "choice>X" },
    ]);
    expect(texts(renumbered(topology), after)).toEqual(texts(topology, after));
    expect(texts(topology, renumbered(after))).toEqual(texts(topology, after));
  });

  it("takes no call for another one of its id", () => {
    const gone = applyInterventions(topology, [{ type: "removeCall", call: "choice>X" }]).topology;
    const before = renumbered(topology);
    const aligned = alignEdges(before, gone);
    const calls = ({ edges }: Topology) => new Map(edges.map(({ id, caller, callee }) => [id, [caller, callee]]));
    const there = calls(gone);
    for (const [id, call] of calls(aligned)) if (there.has(id)) expect(call).toEqual(there.get(id));
    expect(aligned.edges).toHaveLength(gone.edges.length + 1);
    expect(topologyFaults(writeTopology(aligned))).toEqual([]);
  });
});
