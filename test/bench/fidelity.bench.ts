import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { report } from "../../lib/report.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "KS distance of generated latencies from held-out traces, beside the noise floor";

const shared = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));
const seeds = [1, 2, 3];
const models = ["gcm", "simple"] as const;
const levels = ["root", "api"] as const;
const titles = { root: "roots, pooled", api: "APIs, weighted by calls", gcm: "GCM", simple: "simple statistics" };

const quantiles = ["p50", "p95", "p99"] as const;

type Distances = Record<(typeof levels)[number], Record<(typeof models)[number] | "floor", number>> & {
  /** Absolute relative errors of the roots' quantiles, weighted by n. */
  errors: Record<(typeof models)[number], Record<(typeof quantiles)[number], number>>;
};

/** Fits half of the traces, generates 20,000 by each model and compares them with the other half, for several seeds. */
export async function run(): Promise<BenchRow[]> {
  const traceweaver = join(shared, "traceweaver");
  if (!existsSync(traceweaver)) throw new Error(`${shared}: the traces that this bench reads are not there`);
  const files = readdirSync(traceweaver).filter((file) => file.endsWith(".json.gz"));
  const sets: [string, string[]][] = [
    ["OnlineBoutique", [join(shared, "nezha/rca_data-2022-08-22")]],
    ["TrainTicket", [join(shared, "nezha/rca_data-2023-01-29")]],
    [`TraceWeaver, mean of ${files.length} files`, files.map((file) => join(traceweaver, file))],
  ];
  const rows: BenchRow[] = [];
  for (const [set, paths] of sets) {
    const found: Distances[] = [];
    for (const seed of seeds) found.push(meanOf(await distancesOf(paths, seed)));
    for (const level of levels) {
      const floor = mean(found.map((distances) => distances[level].floor));
      for (const model of models) {
        const values = found.map((distances) => distances[level][model]);
        const spread = Math.max(...values) - Math.min(...values);
        const measure = `${set}, ${titles[level]}, ${titles[model]} (${seeds.length} splits, spread ${spread.toFixed(3)})`;
        rows.push({ measure, unit: "KS", ours: mean(values), peer: { name: "noise floor", value: floor } });
      }
    }
    for (const quantile of quantiles) {
      const [gcm, simple] = models.map((model) => 100 * mean(found.map(({ errors }) => errors[model][quantile])));
      const measure = `${set}, error of the roots' ${quantile.toUpperCase()}, GCM (${seeds.length} splits)`;
      rows.push({ measure, unit: "%", ours: gcm!, peer: { name: titles.simple, value: simple! } });
    }
  }
  return rows;
}

async function distancesOf(paths: readonly string[], seed: number): Promise<Distances[]> {
  const engine = await openDuckDBNode();
  try {
    const found: Distances[] = [];
    for (const path of paths) {
      const dataset = { engine, schema: "judged" };
      const topology = await fitTraces(dataset, [path], { holdout: 0.5, seed });
      const { pooled, mean, roots } = await report(dataset, topology, { seed, bounds: false });
      const executions = roots.reduce((sum, { n }) => sum + n, 0);
      const errors = byModelAndQuantile((model, quantile) =>
        roots.reduce((sum, root) => sum + (root.n / executions) * Math.abs(root[model][quantile] ?? 1), 0),
      );
      found.push({ root: pooled.root, api: mean.api, errors } as Distances);
    }
    return found;
  } finally {
    await engine.close();
  }
}

function meanOf(all: readonly Distances[]): Distances {
  const of = (level: (typeof levels)[number]) => ({
    floor: mean(all.map((distances) => distances[level].floor)),
    simple: mean(all.map((distances) => distances[level].simple)),
    gcm: mean(all.map((distances) => distances[level].gcm)),
  });
  const errors = byModelAndQuantile((model, quantile) => mean(all.map(({ errors }) => errors[model][quantile])));
  return { root: of("root"), api: of("api"), errors };
}

function byModelAndQuantile(
  value: (model: (typeof models)[number], quantile: (typeof quantiles)[number]) => number,
): Distances["errors"] {
  const of = (model: (typeof models)[number]) => ({
    p50: value(model, "p50"),
    p95: value(model, "p95"),
    p99: value(model, "p99"),
  });
  return { gcm: of("gcm"), simple: of("simple") };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
