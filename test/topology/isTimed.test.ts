import { describe, expect, it } from "vitest";
import { isTimed } from "../../lib/topology/isTimed.ts";
import { figure1Topology } from "./figure1Topology.ts";

describe("isTimed", () => {
  it("tells a topology with own times from structure alone", () => {
    const topology = figure1Topology();
    expect(isTimed(topology)).toBe(true);
    for (const { gcm } of topology.apis) gcm.nodes = gcm.nodes.filter(({ kind }) => kind !== "own_time");
    expect(isTimed(topology)).toBe(false);
    expect(isTimed({ ...topology, apis: [] })).toBe(false);
  });
});
