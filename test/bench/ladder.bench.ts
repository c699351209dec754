import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { ladder, type Rung } from "../../lib/ladder.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "The ladder of ablations: KS from held-out traces, with ever more kinds of nodes";

const shared = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));
const seeds = [11, 12, 13];
const sets: [string, string][] = [
  ["OnlineBoutique", "nezha/rca_data-2022-08-22"],
  ["TrainTicket", "nezha/rca_data-2023-01-29"],
];

/** Fits half of the traces with ever more kinds of nodes, for several seeds, and compares each with the other half. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [set, folder] of sets) {
    const path = join(shared, folder);
    if (!existsSync(path)) throw new Error(`${path}: the traces that this bench reads are not there`);
    const found = await rungsOf(path);
    for (const level of ["root", "api"] as const) {
      const mean = (index: number) => found.reduce((sum, rungs) => sum + rungs[index]![level]!, 0) / found.length;
      for (let index = 1; index < found[0]!.length; index++) {
        const { model, numbers } = found[0]![index]!;
        const values = found.map((rungs) => rungs[index]![level]!);
        const spread = Math.max(...values) - Math.min(...values);
        const size = numbers === null ? "" : `, ${Math.round(numbers)} numbers an API`;
        const what = level === "root" ? "roots, pooled" : "APIs, weighted by calls";
        const measure = `${set}, ${what}: ${model} (${seeds.length} splits, spread ${spread.toFixed(3)}${size})`;
        rows.push({ measure, unit: "KS", ours: mean(index), peer: { name: "noise floor", value: mean(0) } });
      }
    }
  }
  return rows;
}

async function rungsOf(path: string): Promise<Rung[][]> {
  const engine = await openDuckDBNode();
  try {
    const dataset = { engine, schema: "judged" };
    const { resolution } = await fitTraces(dataset, [path], { holdout: 0.5, nodes: [] });
    const found: Rung[][] = [];
    for (const seed of seeds) found.push(await ladder(dataset, { resolution, seed }));
    return found;
  } finally {
    await engine.close();
  }
}
