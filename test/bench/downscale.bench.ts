import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ks } from "../../lib/compare/ks.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "Downscaling: the worst root's KS from the full topology";

const shared = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));
const recording = fileURLToPath(new URL("../../datasets/recording/traces.jsonl.gz", import.meta.url));
const sets: [string, string][] = [
  ["datasets/recording", recording],
  ["OnlineBoutique", join(shared, "nezha/construct_data-2022-08-23")],
  ["TrainTicket", join(shared, "nezha/construct_data-2023-01-29")],
  ["TraceWeaver's hotel at 25 req/s", join(shared, "traceweaver/hotel-load25.json.gz")],
];
const traces = 5000;

/** Downscales fitted topologies to half and to a quarter of their APIs; the peer is the full topology simulated again. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [set, path] of sets) {
    if (!existsSync(path)) throw new Error(`${path}: the traces that this bench reads are not there`);
    const engine = await openDuckDBNode();
    const topology = await fitTraces({ engine, schema: "downscaled" }, [path]).finally(() => engine.close());
    const roots = topology.workload.mix.map(({ api }) => api);
    const full = roots.map((root) => latencies(topology, root, 11));
    const worst = (other: Topology, seed: number) =>
      Math.max(...roots.map((root, index) => ks(full[index]!, latencies(other, root, seed))));
    const again = worst(topology, 12);
    for (const divisor of [2, 4]) {
      const apis = Math.max(roots.length, Math.floor(topology.apis.length / divisor));
      const { topology: tuned } = applyInterventions(topology, [{ type: "downscale", apis }]);
      rows.push({
        measure: `${set}: ${tuned.apis.length} of ${topology.apis.length} APIs, ${roots.length} roots, ${traces} traces of each`,
        unit: "KS",
        ours: worst(tuned, 13),
        peer: { name: "full topology, another seed", value: again },
      });
    }
  }
  return rows;
}

function latencies(topology: Topology, root: string, seed: number): Float64Array {
  const mix = topology.workload.mix.filter(({ api }) => api === root).map((each) => ({ ...each, probability: 1 }));
  const alone = { ...topology, workload: { ...topology.workload, mix } };
  const { length, parent, duration } = simulate(compile(alone), { traces, seed });
  return duration
    .subarray(0, length)
    .filter((_, row) => parent[row]! < 0)
    .sort();
}
