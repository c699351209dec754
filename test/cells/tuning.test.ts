import { describe, expect, it } from "vitest";
import {
  interventionsJson,
  loadInterventions,
  loadRange,
  reachTarget,
  typedInterventions,
} from "../../cells/tuning.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { checkWrittenFor } from "../../lib/interventions/checkWrittenFor.ts";
import { predict } from "../../lib/interventions/predict.ts";
import { readInterventions } from "../../lib/interventions/readInterventions.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";

const root = "gateway sequential";

describe("reaching a target on the page", () => {
  const topology = patternsTopology();

  it("says what a prediction says of what was found, also where that is only the nearest", async () => {
    const tried: number[] = [];
    const p99 = (interventions: Parameters<typeof predict>[1]) =>
      predict(topology, interventions, { api: root }).quantiles[2]!.after;
    const near = await reachTarget(topology, root, (0.8 * p99([])) / 1000, (each) => tried.push(each));
    expect(p99(near.interventions)).toBeLessThanOrEqual(0.8 * p99([]));
    expect(near.text).toMatch(/^p99 of gateway sequential: [^;]*; within the /);
    expect(tried).toEqual(tried.map((_, index) => index + 1));
    const far = await reachTarget(topology, root, "0.001", () => {});
    expect(far.text).toMatch(
      /^Not found within own times of these APIs; the nearest is shown\. p99 of .* above the 0\.001/,
    );
    expect(far.interventions.length).toBeGreaterThan(0);
    expect(p99(far.interventions)).toBeLessThan(p99(near.interventions));
    expect(await reachTarget(topology, root, " ", () => {})).toEqual({ text: "", interventions: [] });
    await expect(reachTarget(topology, root, "soon", () => {})).rejects.toThrow(
      '"soon" is not a number of milliseconds',
    );
  });

  it("writes interventions that are for this topology's graph, and reads what is typed in one line of error", () => {
    const halved = { type: "scaleOwnTime", api: "store X", factor: 0.5 };
    const file = readInterventions(interventionsJson(topology, [halved]));
    expect(file.interventions).toEqual([halved]);
    checkWrittenFor({ ...topology, name: "renamed" }, file);
    const { edges } = topology;
    expect(() => checkWrittenFor({ ...topology, edges: edges.slice(1) }, file)).toThrow("written for the topology");
    expect(typedInterventions(JSON.stringify([halved]))).toEqual([halved]);
    expect(() => typedInterventions("5")).toThrow("interventions: interventions: 5 is not a list");
    expect(() => typedInterventions("[")).toThrow(/^interventions: no JSON: [^\n]*$/);
  });
});

const level = (load: number, probability: number) => ({
  ...{ id: `load ${load}`, load, least: load - 5, most: load + 5, n: 100, probability },
});

/** Figure 1 with a load that was measured at two levels. */
function loaded() {
  const topology = figure1Topology();
  const levels = [level(10, 0.25), level(30, 0.75)];
  topology.exogenous = [{ id: "load", kind: "load", parents: [], unit: "label", measured: true, levels }];
  return topology;
}

it("a slider of the load goes where traces were recorded, and says nothing where they were", () => {
  const topology = loaded();
  const range = loadRange(topology)!;
  expect(range).toEqual({ least: 5, most: 35, recorded: 25, unit: "entry calls a second" });
  expect(loadInterventions(range, range.recorded)).toEqual([]);
  const moved = loadInterventions(range, 10);
  const applied = applyInterventions(topology, moved);
  expect(applied.topology.workload.rate).toBe(10);
  expect(applied.topology.exogenous[0]!.levels!.map(({ probability }) => probability)).toEqual([1, 0]);
});

it("there is no slider where nothing depends on load", () => {
  expect(loadRange(figure1Topology())).toBe(undefined);
  expect(loadInterventions(undefined, null)).toEqual([]);
});
