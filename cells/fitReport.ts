import { cancellable } from "../lib/engine/cancellable.ts";
import { splitTraces } from "../lib/executions/splitTraces.ts";
import { type FitReport, report } from "../lib/report.ts";
import { fitTopology } from "../lib/topology/fitTopology.ts";
import { type CachingOptions, cachedResult } from "./cachedResult.ts";
import type { SpanTraces } from "./openTraces.ts";

/** Fits a topology to half of the traces and judges it on the other half, as `palette fit --report` does. */
export function fitReport(
  original: SpanTraces,
  { name, seed = 1, traces = 20_000 }: { name: string; seed?: number; traces?: number },
  caching: CachingOptions = {},
): Promise<FitReport> {
  const { resolution, turns } = original;
  const dataset = { ...original.dataset, engine: cancellable(original.dataset.engine, caching.signal) };
  return turns.take(() =>
    cachedResult(caching, { ...original, dataset }, ["report", name, seed, traces], async () => {
      await splitTraces(dataset, 0.5, seed);
      const topology = await fitTopology(dataset, { name, resolution, options: { holdout: 0.5, seed } });
      return report(dataset, topology, { traces, seed, worst: true });
    }),
  );
}
