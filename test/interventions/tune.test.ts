import { describe, expect, it } from "vitest";
import { aimText } from "../../lib/interventions/aim.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { type Knob, ownTimeKnobs } from "../../lib/interventions/knob.ts";
import { predict } from "../../lib/interventions/predict.ts";
import { tune } from "../../lib/interventions/tune.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";

const root = "gateway sequential";
const slower = (api: string, to = 0.25): Knob => ({
  intervention: { type: "scaleOwnTime", api },
  field: "factor",
  from: 1,
  to,
});
const p99 = (most: number) => ({ root: { api: root, quantiles: [{ level: 0.99, most }] } });

describe("tune", () => {
  const topology = patternsTopology();
  const before = predict(topology, [], { api: root, traces: 4000 }).quantiles[2]!.before;

  it("reaches a quantile with ordinary interventions that a prediction confirms", async () => {
    const most = 0.6 * before;
    const found = await tune(topology, p99(most), [slower("store X"), slower("store Y")]);
    expect(found.reached).toBe(true);
    const { after, low, high } = predict(topology, found.interventions, { api: root }).quantiles[2]!;
    expect(after).toBeLessThanOrEqual(most);
    expect(found.aims[0]).toMatchObject({ after, low, high });
    // As little as that takes: one step back is too little.
    expect(after).toBeGreaterThan(0.9 * most);
    // Y is what the tail waits for: X is left alone.
    expect(found.interventions.map(({ api }) => api)).toEqual(["store Y"]);
    expect(aimText(found.aims[0]!)).toMatch(
      /^p99 of gateway sequential: [\d.]+ ms \([\d.]+ ms to [\d.]+ ms\), was [\d.]+ ms; within the /,
    );
    expect(await tune(topology, p99(most), [slower("store X"), slower("store Y")])).toEqual(found);
  });

  it("says how near it came to a target that cannot be reached", async () => {
    const found = await tune(topology, p99(1), [slower("store X"), slower("store Y")]);
    expect(found.reached).toBe(false);
    expect(found.interventions.map(({ factor }) => factor)).toEqual([0.25, 0.25]);
    expect(aimText(found.aims[0]!)).toMatch(/% above the 0.001 ms wanted$/);
  });

  it("calls reached only what a prediction confirms, however few traces it searches with", async () => {
    const knobs = [slower("store X"), slower("store Y")];
    // Targets about what 100 traces take for reached and 20,000 may deny.
    for (const share of [0.6, 0.8]) {
      const most = share * before;
      const found = await tune(topology, p99(most), knobs, { traces: 100 });
      const { after } = predict(topology, found.interventions, { api: root }).quantiles[2]!;
      expect(found.reached).toBe(after <= most);
      expect(found.reached).toBe(true);
    }
  });

  it("turns a knob further where its first steps do not show", async () => {
    // Of a constant time the p99 stays where it is until 99 % of the calls hit.
    const constant = [
      { type: "replaceOwnTime", api: "store *", values: [1000] },
      { type: "replaceOwnTime", api: "store Y", values: [50_000] },
      { type: "replaceOwnTime", api: root, values: [1000] },
    ];
    const { topology: steep } = applyInterventions(topology, constant);
    const cache: Knob = {
      intervention: { type: "addCache", call: { callee: "store Y" } },
      field: "hitRatio",
      from: 0,
      to: 1,
    };
    const p99At = (hitRatio: number) =>
      predict(steep, [{ ...cache.intervention, hitRatio }], { api: root, traces: 1000 }).quantiles[2]!.after;
    expect(p99At(0.5)).toBeGreaterThanOrEqual(p99At(0));
    const found = await tune(steep, p99(40_000), [cache], { traces: 1000 });
    expect(found.reached).toBe(true);
    expect(found.interventions).toEqual([{ ...cache.intervention, hitRatio: 1 }]);
  });

  it("holds work and services down at once, and other knobs than own time", async () => {
    const work = (own: number) => ({ work: own, services: 1 });
    const total = (await tune(topology, { work: 1e9 }, [])).aims[0]!.before;
    const cache: Knob = {
      intervention: { type: "addCache", call: { callee: { service: "store" } } },
      field: "hitRatio",
      from: 0,
      to: 1,
    };
    const found = await tune(topology, work(0.7 * total), [cache], { traces: 2000 });
    expect(found.reached).toBe(true);
    const { topology: tuned } = applyInterventions(topology, found.interventions);
    expect(tuned.services).toHaveLength(1);
    expect(found.interventions.map(({ type }) => type)).toEqual(["addCache", "downscale"]);
    expect(found.aims.every(({ after, most }) => after <= most)).toBe(true);
  });

  it("chooses knobs by what the root waits for", () => {
    expect(ownTimeKnobs(topology, "gateway choice").map(({ intervention }) => intervention.api)).toContain("store Y");
  });

  it.each<[Parameters<typeof tune>[1], Knob[], string]>([
    [{}, [], "target: nothing is wanted"],
    [p99(Number.NaN), [], "target: p99 of gateway sequential: NaN is not a finite number above 0"],
    [{ root: { api: "store X", quantiles: [] }, work: 1 }, [], 'target: "store X" is no entry API'],
    [p99(10), [{ ...slower("store X"), to: Number.NaN }], "knobs[0]: to: NaN is not a finite number"],
    [p99(10), [slower("nobody")], 'knobs[0]: turned to 0.25: scaleOwnTime: there is no API "nobody"'],
    [p99(1e9), [slower("store X"), slower("store Y", -1)], "knobs[1]: turned to -1: scaleOwnTime: factor: -1 is not"],
    [{ services: 0 }, [], "target: services: 0 is not a finite number above 0"],
  ])("refuses %j", async (target, knobs, message) => {
    await expect(tune(topology, target, knobs)).rejects.toThrow(message);
  });
});
