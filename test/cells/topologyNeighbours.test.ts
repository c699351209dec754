import { expect, it } from "vitest";
import { neighbourTable } from "../../cells/neighbourTable.ts";
import { serviceAndName } from "../../cells/serviceAndName.ts";
import { type TopologyNeighbour, topologyNeighbours } from "../../cells/topologyNeighbours.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { newDocument } from "./document.ts";

const document = newDocument();
const topology = figure1Topology();

it("names who calls an API and whom it calls, the edges of one pair together", () => {
  const b = topology.apis.find(({ name }) => name === "B")!;
  const { callers, callees } = topologyNeighbours(topology, b.id);
  expect(callers.map(({ api }) => api).sort()).toEqual(["A", "C"]);
  expect(callees).toEqual([]);
  const [edge] = topology.edges.filter(({ callee }) => callee === b.id);
  const late = { ...edge!, calls: edge!.calls * 3, asynchronous: 1 };
  const doubled = topologyNeighbours({ ...topology, edges: [...topology.edges, late] }, b.id);
  const both = doubled.callers.find(({ id }) => id === edge!.caller)!;
  expect(both).toMatchObject({ calls: edge!.calls * 4, asynchronous: 0.75 });
  expect(serviceAndName(topology, b.id).name).toBe("B");
  expect(() => serviceAndName(topology, "none")).toThrow(/^the topology has no API "none"$/);
});

it("leads to the neighbour whose row is chosen", () => {
  const { callers } = topologyNeighbours(topology, topology.apis.find(({ name }) => name === "B")!.id);
  const chosen: TopologyNeighbour[] = [];
  const table = neighbourTable(callers, { document, caption: "Callers", onChoose: (row) => chosen.push(row) });
  const rows = table.querySelectorAll("tbody tr");
  expect([...rows].map((row) => row.getAttribute("aria-selected"))).toEqual(["false", "false"]);
  (rows[1] as HTMLElement).click();
  expect(chosen).toEqual([callers[1]]);
  expect(table.textContent).not.toContain("P95");
});
