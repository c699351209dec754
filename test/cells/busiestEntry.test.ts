import { expect, it } from "vitest";
import { busiestEntry } from "../../cells/busiestEntry.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";

it("busiestEntry finds where most traces start", () => {
  const topology = figure1Topology();
  expect(busiestEntry(topology)).toBe("c C");
  expect(busiestEntry({ ...topology, workload: { ...topology.workload, mix: [] } })).toBe(topology.apis[0]!.id);
  expect(busiestEntry({ workload: { ...topology.workload, mix: [] }, apis: [] })).toBe(null);
});
