import { expect, it } from "vitest";
import { ks } from "../../lib/compare/ks.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { reachedApis } from "../../lib/interventions/pruneTopology.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { durations } from "../simulate/samples.ts";
import { syntheticTopology } from "../simulate/syntheticTopology.ts";
import { topologyFaults } from "../topologyFaults.ts";

const copies = 3;
const base = syntheticTopology({ apis: 20, stages: 2, seed: 11 });
const { topology } = applyInterventions(base, [{ type: "upscale", copies }]);

/** How many APIs have each number of edges at one end, as shares. */
function degrees({ apis, edges }: Topology, end: "caller" | "callee"): Record<number, number> {
  const shares: Record<number, number> = {};
  for (const { id } of apis) {
    const degree = edges.filter((edge) => edge[end] === id).length;
    shares[degree] = (shares[degree] ?? 0) + 1 / apis.length;
  }
  return Object.fromEntries(Object.entries(shares).map(([degree, share]) => [degree, Number(share.toFixed(9))]));
}

it("makes a valid system of as many copies, with the degrees of the original", () => {
  expect(topologyFaults(writeTopology(topology))).toEqual([]);
  expect(topology.apis).toHaveLength(copies * base.apis.length);
  expect(topology.services).toHaveLength(copies * base.services.length);
  expect(reachedApis(topology).size).toBe(copies * reachedApis(base).size);
  for (const end of ["caller", "callee"] as const) expect(degrees(topology, end)).toEqual(degrees(base, end));
});

it("joins the copies: some call another's", () => {
  const copyOf = (id: string) => /#\d+$/.exec(id)?.[0] ?? "";
  expect(topology.edges.some(({ caller, callee }) => copyOf(caller) !== copyOf(callee))).toBe(true);
});

it("keeps every root's latency, in each copy", () => {
  const original = simulate(compile(base), { traces: 12_000, seed: 1 });
  const larger = simulate(compile(topology), { traces: 12_000 * copies, seed: 2 });
  for (const { api } of base.workload.mix) {
    const before = Float64Array.from(durations(base, original, api));
    for (const id of [api, `${api} #2`, `${api} #3`]) {
      const after = Float64Array.from(durations(topology, larger, id));
      const bound = 1.95 * Math.sqrt(1 / before.length + 1 / after.length);
      expect(ks(before, after)).toBeLessThan(bound);
    }
  }
});
