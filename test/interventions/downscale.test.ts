import { describe, expect, it } from "vitest";
import { ks } from "../../lib/compare/ks.ts";
import { quantileGrid } from "../../lib/gcm/quantileGrid.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import type { Intervention } from "../../lib/interventions/operation.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { durations } from "../simulate/samples.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";
import { topologyFaults } from "../topologyFaults.ts";
import { describeWithDatasets } from "../traces/sharedDatasets.ts";
import { fittedTopology, recording } from "./fittedTopology.ts";

/** Latencies of an entry API alone, µs, ascending. */
function latencies(topology: Topology, api: string, seed: number): Float64Array {
  const mix = topology.workload.mix.filter((entry) => entry.api === api).map((each) => ({ ...each, probability: 1 }));
  const alone = { ...topology, workload: { ...topology.workload, mix } };
  return Float64Array.from(durations(alone, simulate(compile(alone), { traces: 5000, seed }), api)).sort();
}

/** Downscales, checks that what is left is valid and within the budget, and gives each root's KS from the full one. */
function downscaled(topology: Topology, share: number): { tuned: Topology; distances: number[]; said: string[] } {
  const apis = Math.max(topology.workload.mix.length, Math.floor(topology.apis.length * share));
  const intervention: Intervention = { type: "downscale", apis };
  const { topology: tuned, repairs } = applyInterventions(topology, [intervention]);
  expect(topologyFaults(writeTopology(tuned))).toEqual([]);
  expect(tuned.apis.length).toBeLessThanOrEqual(apis);
  expect(tuned.workload).toEqual(topology.workload);
  const roots = topology.workload.mix.map(({ api }) => api);
  const distances = roots.map((api) => ks(latencies(topology, api, 101), latencies(tuned, api, 202)));
  return { tuned, distances, said: repairs.map(({ text }) => text) };
}

describe("downscale", async () => {
  const topology = await fittedTopology(recording);

  it.each([0.5, 0.25])("keeps roots' latencies at %f of the APIs", (share) => {
    const { distances, said } = downscaled(topology, share);
    expect(Math.max(...distances)).toBeLessThanOrEqual(0.05);
    for (const { api } of topology.workload.mix) {
      expect(said.some((line) => line.startsWith(`${api}: KS `) && line.includes("executions a trace"))).toBe(true);
    }
  });

  it("keeps what contributes most", () => {
    const left = (factor: number) =>
      applyInterventions(patternsTopology(), [
        { type: "scaleOwnTime", api: "store X", factor },
        { type: "downscale", apis: 7, traces: 100 },
      ]).topology.apis.map(({ id }) => id);
    expect(left(0.001)).toContain("store Y");
    expect(left(1000)).toContain("store X");
  });

  it("keeps dependence: latencies within a trace go along as before", () => {
    // The rank correlation of the root's latency and each kept callee's, which tables alone would lose.
    const { topology: tuned } = applyInterventions(topology, [{ type: "downscale", apis: 12 }]);
    const before = correlations(topology);
    const after = correlations(tuned);
    expect(after.size).toBeGreaterThan(1);
    for (const [pair, found] of after) expect(Math.abs(found - before.get(pair)!), pair).toBeLessThan(0.1);
  });

  it("goes on waiting for the longest of calls made at once of which only some stay", () => {
    // The home page asks the basket and the catalogue at once: with three services left, only the basket is.
    const home = "gateway: GET /home/{user}";
    const { topology: tuned, repairs } = applyInterventions(topology, [{ type: "downscale", services: 3 }]);
    expect(tuned.services.map(({ name }) => name).sort()).toEqual(["basket", "gateway", "orders"]);
    const [call] = tuned.edges.filter(({ caller, callee }) => caller === home && callee.startsWith(home));
    expect(call).toMatchObject({ kind: "local", callee: `${home} (s1, folded)` });
    expect(repairs.map(({ text }) => text)).toContain(
      `what ${home} no longer calls in s1 runs beside basket: GET /baskets/{user}, as a local API of its own service`,
    );
    expect(topologyFaults(writeTopology(tuned))).toEqual([]);
    for (const { api } of topology.workload.mix)
      expect(ks(latencies(topology, api, 101), latencies(tuned, api, 202)), api).toBeLessThanOrEqual(0.05);
  });

  it("warns of a root that is further off, with the stage that is the reason", () => {
    // No room for what stands for the folded call of X or Y, which are as long as each other and made at once.
    const fine = { ...patternsTopology(), quantileGrid: quantileGrid() };
    const wide = { type: "replaceOwnTime", api: "store *", values: [...Array(60).fill(1), ...Array(40).fill(50_000)] };
    const warnings = (budget: object) =>
      applyInterventions(fine, [wide, { type: "downscale", ...budget }])
        .repairs.map(({ text }) => text)
        .filter((text) => text.startsWith("warning"));
    expect(warnings({ apis: 7 })).toEqual([
      "warning: gateway concurrent is further off than KS 0.05: calls that ran at once are folded in part in s1 of gateway concurrent, where store X stay",
    ]);
    expect(warnings({ services: 1 })).toEqual([]);
  });

  it("keeps services within a budget of theirs", () => {
    const services = 3;
    const { topology: tuned } = applyInterventions(topology, [{ type: "downscale", services, traces: 200 }]);
    expect(tuned.services.length).toBeLessThanOrEqual(services);
    const together = topology.services
      .slice(1)
      .map(({ id }) => ({ type: "setInstantiation", service: id, process: "one" }));
    const { topology: shared } = applyInterventions(topology, together);
    expect(() => applyInterventions(shared, [{ type: "downscale", processes: 2 }])).toThrow(
      "within the budget already",
    );
  });
});

/** Spearman's correlation of the latencies of caller and callee, by pair of APIs with enough of them. */
function correlations(topology: Topology): Map<string, number> {
  const { length, parent, api, duration } = simulate(compile(topology), { traces: 20_000, seed: 7 });
  const pairs = new Map<string, [number, number][]>();
  for (let row = 0; row < length; row++) {
    const caller = parent[row]!;
    if (caller < 0) continue;
    const key = `${topology.apis[api[caller]!]!.id} > ${topology.apis[api[row]!]!.id}`;
    const known = pairs.get(key) ?? [];
    pairs.set(key, known);
    known.push([duration[caller]!, duration[row]!]);
  }
  const many = [...pairs].filter(([, found]) => found.length >= 2000);
  return new Map(many.map(([key, found]) => [key, spearman(found)]));
}

function spearman(pairs: readonly [number, number][]): number {
  const ranks = [0, 1].map((side) => {
    const order = pairs.map((_, index) => index).sort((a, b) => pairs[a]![side]! - pairs[b]![side]!);
    const rank = new Float64Array(pairs.length);
    for (const [at, index] of order.entries()) rank[index] = at;
    return rank;
  });
  const n = pairs.length;
  const sum = pairs.reduce((total, _, index) => total + (ranks[0]![index]! - ranks[1]![index]!) ** 2, 0);
  return 1 - (6 * sum) / (n * (n * n - 1));
}

describeWithDatasets("downscale of genuine systems", (folder) => {
  it.each([
    ["OnlineBoutique", "construct_data-2022-08-23"],
    ["TrainTicket", "construct_data-2023-01-29"],
  ])("keeps the roots of %s within 0.05 at a quarter of the APIs", async (_, files) => {
    const topology = await fittedTopology(`${folder}/nezha/${files}`);
    expect(Math.max(...downscaled(topology, 0.25).distances)).toBeLessThanOrEqual(0.05);
  });
});
