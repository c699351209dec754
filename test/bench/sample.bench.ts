import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { literal } from "../../lib/engine/sql.ts";
import { hashBelow, splitTraces } from "../../lib/executions/splitTraces.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { judged } from "../../lib/refit.ts";
import { report } from "../../lib/report.ts";
import { fitTopology } from "../../lib/topology/fitTopology.ts";
import { tableOf } from "../../lib/traces/dataset.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "What a sample costs: KS from held-out traces of models fitted on a share of the others";

const shared = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));
const sets = [
  ["OnlineBoutique", "nezha/rca_data-2022-08-22"],
  ["TrainTicket", "nezha/rca_data-2023-01-29"],
] as const;
const shares = [1, 0.3, 0.1, 0.03, 0.01];
const seed = 1;

/** Holds half of the traces out and fits on ever fewer of the others, chosen by the hash of the trace id. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [set, folder] of sets) {
    const path = join(shared, folder);
    if (!existsSync(path)) throw new Error(`${path}: the traces that this bench reads are not there`);
    const engine = await openDuckDBNode();
    try {
      const dataset = { engine, schema: "sampled" };
      const { resolution } = await fitTraces(dataset, [path], { holdout: 0.5, seed, nodes: [] });
      let floor: { root: number; api: number } | undefined;
      for (const share of shares) {
        await splitTraces(dataset, 0.5, seed);
        const split = tableOf(dataset, "split");
        await engine.query(`DELETE FROM ${split} WHERE NOT test AND sample >= ${literal(hashBelow(share))}`);
        const topology = await fitTopology(dataset, { resolution });
        const { root, api } = judged(await report(dataset, topology, { seed, bounds: false }));
        floor ??= { root: root.floor!, api: api.floor! };
        const traces = topology.workload.mix.reduce((sum, { executions }) => sum + executions, 0);
        const measure = `${set}, ${100 * share} % (${traces} traces)`;
        const peer = (value: number) => ({ name: "noise floor", value });
        rows.push({ measure: `${measure}: roots, pooled`, unit: "KS", ours: root.gcm!, peer: peer(floor.root) });
        rows.push({
          measure: `${measure}: APIs, weighted by calls`,
          unit: "KS",
          ours: api.gcm!,
          peer: peer(floor.api),
        });
      }
    } finally {
      await engine.close();
    }
  }
  return rows;
}
