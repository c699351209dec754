import { type ApiSamples, type LatencySamples, samplesKey } from "../lib/compare/latencySamples.ts";
import { ownTimes } from "../lib/compare/ownTimes.ts";
import { readExecutions } from "../lib/compare/readExecutions.ts";
import { readSamples } from "../lib/compare/readSamples.ts";
import { type TraceStructure, traceStructure } from "../lib/compare/structure.ts";
import { cancellable } from "../lib/engine/cancellable.ts";
import { splitTraces } from "../lib/executions/splitTraces.ts";
import { fitTopology } from "../lib/topology/fitTopology.ts";
import type { Topology } from "../lib/topology/topology.ts";
import type { Dataset } from "../lib/traces/dataset.ts";
import { type CachingOptions, cachedResult } from "./cachedResult.ts";
import type { SpanTraces } from "./openTraces.ts";

/** Traces whose shape is measured, at most about. */
const shapedTraces = 5_000;

/** One half of the original traces. */
export interface Half {
  latencies: LatencySamples;
  /** Own times by API, of a sample of the traces. */
  own: ApiSamples[];
  structure: TraceStructure;
}

/** A topology that has not seen some of the traces, with both halves of the original to judge it by. */
export interface HeldOut {
  topology: Topology;
  train: Half;
  test: Half;
  /** What is left as plain data: the topology. */
  toJSON(): object;
}

/**
 * Fits a topology to some of the traces and keeps the others, chosen by a seeded hash of the trace, to judge it by.
 * @param holdout share of the traces held out, 0 to 1
 */
export function fitHeldOut(
  traces: SpanTraces,
  { name, holdout = 0.5, seed = 1 }: { name: string; holdout?: number; seed?: number },
  caching: CachingOptions = {},
): Promise<HeldOut> {
  const { resolution, turns } = traces;
  const dataset = { ...traces.dataset, engine: cancellable(traces.dataset.engine, caching.signal) };
  return turns.take(async () => {
    await splitTraces(dataset, holdout, seed);
    const options = { holdout, seed };
    const topology = await cachedResult(caching, { ...traces, dataset }, ["topology", name, options], () =>
      fitTopology(dataset, { name, resolution, options }),
    );
    const train = await readHalf(dataset, "train");
    const test = await readHalf(dataset, "test");
    return { topology, train, test, toJSON: () => ({ topology }) };
  });
}

async function readHalf(dataset: Dataset, half: "train" | "test"): Promise<Half> {
  const latencies = await readSamples(dataset, half);
  const { executions, names } = await readExecutions(dataset, shapedTraces, half);
  return {
    latencies,
    own: ownTimes(executions, names),
    structure: traceStructure(executions, names.apis.map(samplesKey)),
  };
}
