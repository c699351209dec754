import type { Distances, LatencyReport } from "./compare/compareSamples.ts";
import { type SplitBy, splitTraces } from "./executions/splitTraces.ts";
import type { Dimension } from "./gcm/dimension.ts";
import type { GivenLoad } from "./gcm/fitLoad.ts";
import { report } from "./report.ts";
import { fitTopology } from "./topology/fitTopology.ts";
import type { Topology } from "./topology/topology.ts";
import type { Dataset } from "./traces/dataset.ts";

export interface RefitOptions {
  /** Time resolution of the data set, µs. */
  resolution: number;
  holdout?: number;
  seed?: number;
  by?: SplitBy;
  /** Kinds of nodes of the causal models. */
  nodes?: readonly string[];
  /** Loads of files, for the node `load`. */
  loads?: readonly GivenLoad[];
  /** Columns of the traces that are nodes. */
  dimensions?: readonly Dimension[];
  /** Traces that each model generates. */
  traces?: number;
}

/** A topology fitted on another split or with other nodes, and its distances from what was held out. */
export interface Refit extends Pick<LatencyReport<"simple" | "gcm">, "ratio" | "mean" | "pooled"> {
  topology: Topology;
}

/**
 * Splits the executions of a data set anew, fits and judges. The tables of the split before are replaced.
 * @param dataset its executions are built
 */
export async function refit(dataset: Dataset, options: RefitOptions): Promise<Refit> {
  const { resolution, holdout = 0.5, seed = 1, by = "trace", nodes, loads = [], dimensions = [], traces } = options;
  await splitTraces(dataset, holdout, seed, by);
  const topology = await fitTopology(dataset, {
    resolution,
    loads,
    dimensions,
    ...(nodes ? { nodes } : {}),
    options: { holdout, seed },
  });
  const found = await report(dataset, topology, { seed, bounds: false, ...(traces ? { traces } : {}) });
  return { topology, ratio: found.ratio, mean: found.mean, pooled: found.pooled };
}

/** The two distances that a model is judged by in one line: of entry executions, pooled, and of APIs, weighted by n. */
export function judged({
  pooled,
  mean,
}: Pick<Refit, "pooled" | "mean">): Record<"root" | "api", Distances<"simple" | "gcm">> {
  return { root: pooled.root, api: mean.api };
}
