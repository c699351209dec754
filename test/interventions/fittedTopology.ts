import { join } from "node:path";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { defaultNodes } from "../../lib/gcm/nodeKinds.ts";
import type { Topology } from "../../lib/topology/topology.ts";

/** The topology of trace files, with all kinds of nodes that a fit tries unless told, whether they pay or not. */
export async function fittedTopology(files: string): Promise<Topology> {
  const engine = await openDuckDBNode({ threads: 2 });
  try {
    return await fitTraces({ engine, schema: "fitted" }, [files], { name: "fitted", nodes: defaultNodes });
  } finally {
    await engine.close();
  }
}

export const recording = join(import.meta.dirname, "../../datasets/recording/traces.jsonl.gz");
