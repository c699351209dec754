import { aimText } from "../lib/interventions/aim.ts";
import { applyInterventions } from "../lib/interventions/applyInterventions.ts";
import { contributions } from "../lib/interventions/contributions.ts";
import { ownTimeKnobs } from "../lib/interventions/knob.ts";
import { type LatencyTrees, latencyTrees, rescaledLatencies } from "../lib/interventions/latencyTrees.ts";
import { loadNode } from "../lib/interventions/moveLoad.ts";
import type { Intervention } from "../lib/interventions/operation.ts";
import { type Prediction, predict } from "../lib/interventions/predict.ts";
import { readInterventions } from "../lib/interventions/readInterventions.ts";
import { rootAlone } from "../lib/interventions/rootLatencies.ts";
import { tune } from "../lib/interventions/tune.ts";
import { writeInterventions } from "../lib/interventions/writeInterventions.ts";
import { compile } from "../lib/simulate/compile.ts";
import { simulate } from "../lib/simulate/simulate.ts";
import { readTopology } from "../lib/topology/readTopology.ts";
import type { Topology } from "../lib/topology/topology.ts";
import { writeTopology } from "../lib/topology/writeTopology.ts";
import type { CdfSeries } from "./plotCdf.ts";

/** The topology as its file holds it, so that tuning it here and on the command line gives the same bytes. */
export function asInFile(topology: Topology): Topology {
  return readTopology(writeTopology(topology));
}

/** APIs whose own time moves the p99 of a root most: what sliders are for. */
export function knobs(topology: Topology, root: string, most = 4): string[] {
  return contributions(topology, root)
    .slice(0, most)
    .map(({ api }) => api);
}

/** Interventions as a person types them: a list of operations, without the file around it. Throws one line. */
export function typedInterventions(text: string): Intervention[] {
  let interventions: unknown;
  try {
    interventions = JSON.parse(text.trim() === "" ? "[]" : text);
  } catch (error) {
    throw new Error(`interventions: no JSON: ${(error as Error).message}`, { cause: error });
  }
  const file = { format: "palette-interventions", version: "1.0", interventions };
  return readInterventions(JSON.stringify(file)).interventions;
}

/** What sliders say as interventions; a slider at 1 says nothing. */
export function sliderInterventions(apis: readonly string[], factors: readonly number[]): Intervention[] {
  return apis.flatMap((api, index) =>
    factors[index] === 1 ? [] : [{ type: "scaleOwnTime", api, factor: factors[index]! }],
  );
}

/** The fewest services that a topology can be downscaled to: those of its entry APIs. */
export function fewestServices({ apis, workload }: Topology): number {
  const entries = new Set(workload.mix.map(({ api }) => api));
  return new Set(apis.filter(({ id }) => entries.has(id)).map(({ service }) => service)).size;
}

/** The loads between which a topology can be moved, and the one that its traces were recorded at, in the unit of the loads. */
export interface LoadRange {
  least: number;
  most: number;
  recorded: number;
  unit: string;
}

/** Where a topology's load can be moved; undefined where nothing depends on load. */
export function loadRange(topology: Topology): LoadRange | undefined {
  const node = loadNode(topology);
  if (!node) return undefined;
  const levels = node.levels!;
  const [least, most] = [levels[0]!.least, levels.at(-1)!.most];
  const mean = levels.reduce((sum, { load, probability }) => sum + load * probability, 0);
  return { least, most, recorded: mean, unit: node.measured ? "entry calls a second" : "as given for the files" };
}

/** What the slider of a load says as interventions: nothing where it stands at the load that was recorded. */
export function loadInterventions(range: LoadRange | undefined, load: number | null): Intervention[] {
  if (!range || load === null) return [];
  const isRecorded = Math.abs(load - range.recorded) <= (range.most - range.least) / 1000;
  return isRecorded ? [] : [{ type: "setLoad", load }];
}

/** A budget of services as interventions; all that there are is no budget. */
export function budgetInterventions({ services }: Topology, budget: number): Intervention[] {
  return budget >= services.length ? [] : [{ type: "downscale", services: budget }];
}

/** What a search for a target found, in words, and the interventions that come nearest; none where none is asked for. */
export interface Reached {
  text: string;
  interventions: Intervention[];
}

/**
 * Searches for own times that bring a root's p99 to a target.
 * @param milliseconds a number; blank for no target
 */
export async function reachTarget(
  topology: Topology,
  root: string,
  milliseconds: string | number,
  onTry: (tried: number) => void,
): Promise<Reached> {
  if (String(milliseconds).trim() === "") return { text: "", interventions: [] };
  const most = 1000 * Number(milliseconds);
  if (!(most > 0)) throw new Error(`${JSON.stringify(milliseconds)} is not a number of milliseconds above 0`);
  const target = { root: { api: root, quantiles: [{ level: 0.99, most }] } };
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve));
  const found = await tune(topology, target, ownTimeKnobs(topology, root), {
    traces: 2000,
    onTry: (tried) => {
      onTry(tried);
      return pause();
    },
  });
  const text = found.aims.map(aimText).join("; ");
  const { reached, interventions } = found;
  return {
    text: reached ? text : `Not found within own times of these APIs; the nearest is shown. ${text}`,
    interventions,
  };
}

/** Traces of one root that sliders are tried on: simulated once, before, and after what was typed. */
export interface SampledTraces {
  /** After what was typed. */
  topology: Topology;
  before: Float64Array;
  apis: string[];
  after: LatencyTrees;
}

/** Simulates the traces of a root before and after interventions, with the same random numbers. */
export function sampleTraces(
  topology: Topology,
  root: string,
  interventions: readonly Intervention[],
  traces = 20_000,
): SampledTraces {
  const trees = (each: Topology) => {
    if (each.workload.mix.every(({ api }) => api !== root))
      throw new Error(`the root ${JSON.stringify(root)} is gone: choose another one`);
    return latencyTrees(each, simulate(compile(rootAlone(each, root)), { traces, seed: 1 }));
  };
  const { topology: tuned } = applyInterventions(topology, interventions);
  const before = trees(topology);
  const apis = tuned.apis.map(({ id }) => id);
  return {
    topology: tuned,
    before: rescaledLatencies(before, new Float64Array(topology.apis.length).fill(1)),
    apis,
    after: trees(tuned),
  };
}

/** CDFs of a root before and after, with the sliders' factors worked into the sampled traces. */
export function tunedCdf(sampled: SampledTraces, apis: readonly string[], factors: readonly number[]): CdfSeries[] {
  const byApi = new Map(apis.map((api, index) => [api, factors[index]!]));
  const scale = Float64Array.from(sampled.apis, (api) => byApi.get(api) ?? 1);
  return [
    { name: "before", role: "original", values: sampled.before },
    { name: "after", role: "gcm", values: rescaledLatencies(sampled.after, scale) },
  ];
}

/** How long sliders rest before a prediction is worth its time, ms. */
const rest = 150;

/** Predicts once sliders rest, so that CDFs are drawn first; rejects where `invalidation` comes before that. */
export function predictAtRest(
  topology: Topology,
  interventions: readonly Intervention[],
  root: string,
  invalidation: Promise<unknown>,
): Promise<Prediction> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      try {
        resolve(predict(topology, interventions, { api: root }));
      } catch (error) {
        reject(error);
      }
    }, rest);
    void invalidation.then(() => {
      clearTimeout(timer);
      reject(new Error("the sliders moved on"));
    });
  });
}

/** interventions.json, as `palette apply` reads it. */
export function interventionsJson(topology: Topology, interventions: readonly Intervention[]): string {
  return writeInterventions(interventions, topology);
}
