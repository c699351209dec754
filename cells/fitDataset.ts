import { cancellable } from "../lib/engine/cancellable.ts";
import { splitTraces } from "../lib/executions/splitTraces.ts";
import type { NodeKind } from "../lib/gcm/nodeKinds.ts";
import { fitTopology } from "../lib/topology/fitTopology.ts";
import { metaTopology } from "../lib/topology/metaTopology.ts";
import type { Topology } from "../lib/topology/topology.ts";
import { type CachingOptions, cachedResult } from "./cachedResult.ts";
import type { OpenTraces } from "./openTraces.ts";

/**
 * Fits a topology to all traces: the one to keep. Summaries without spans give structure alone.
 * @throws Error of one line when there is nothing to fit
 */
export function fitDataset(
  traces: OpenTraces,
  name: string,
  caching: CachingOptions = {},
  nodes?: readonly NodeKind[],
): Promise<Topology> {
  const { files, ledger, resolution } = traces;
  const dataset = { ...traces.dataset, engine: cancellable(traces.dataset.engine, caching.signal) };
  return traces.turns.take(async () => {
    if (resolution !== null) {
      await splitTraces(dataset, 0, 1);
      const options = { holdout: 0, seed: 1 };
      return cachedResult(caching, { ...traces, dataset }, ["topology", name, options, nodes], () =>
        fitTopology(dataset, { name, resolution, options, ...(nodes ? { nodes } : {}) }),
      );
    }
    const sources = files.map(({ path, format, rows }) => ({ file: path, format, rows }));
    const { rules: _, ...totals } = ledger;
    const structure = await metaTopology(dataset, { name, sources, ledger: totals, options: {} });
    if (structure) return structure;
    throw new Error(`${files.map(({ path }) => path).join(", ")}: neither calls nor services to make a topology of`);
  });
}
