import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareSamples } from "../../lib/compare/compareSamples.ts";
import { latencySamples } from "../../lib/compare/latencySamples.ts";
import { readExecutions } from "../../lib/compare/readExecutions.ts";
import { readSamples } from "../../lib/compare/readSamples.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import type { BenchRow } from "./benchRow.ts";
import { dowhyLatencies, withDowhy } from "./dowhyLatencies.ts";
import { motelTopology } from "./motelTopology.ts";

export const name = "KS of generated latencies from held-out traces: Palette's GCM beside other generators";

const shared = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));
const seeds = [1];
const traces = 20_000;
/** Traces that DoWhy's models are fitted to, at most about. */
const fitted = 10_000;

/** Every generator is fitted to the same half of the traces and compared with the other half, for several seeds. */
export async function run(): Promise<BenchRow[]> {
  const traceweaver = join(shared, "traceweaver");
  if (!existsSync(traceweaver)) throw new Error(`${shared}: the traces that this bench reads are not there`);
  const files = readdirSync(traceweaver).filter((file) => file.includes("load100") || file.includes("load_100"));
  const sets: [string, string][] = [
    ["OnlineBoutique", join(shared, "nezha/rca_data-2022-08-22")],
    ["TrainTicket", join(shared, "nezha/rca_data-2023-01-29")],
    ...files.map((file): [string, string] => [file.replace(/\.json\.gz$/, ""), join(traceweaver, file)]),
  ];
  return withDowhy(async (python) => {
    const rows: BenchRow[] = [];
    for (const [set, path] of sets) rows.push(...(await compareOn(python, set, path)));
    return rows;
  });
}

async function compareOn(python: string, set: string, path: string): Promise<BenchRow[]> {
  const engine = await openDuckDBNode();
  try {
    const found: Awaited<ReturnType<typeof distances>>[] = [];
    for (const seed of seeds) {
      const dataset = { engine, schema: "judged" };
      const topology = await fitTraces(dataset, [path], { holdout: 0.5, seed });
      found.push(await distances(python, dataset, topology, seed));
    }
    const mean = (of: (each: (typeof found)[number]) => number) =>
      found.reduce((sum, each) => sum + of(each), 0) / found.length;
    const [root, api] = [`${set}, roots, pooled`, `${set}, APIs, weighted by calls`];
    return [
      [root, mean(({ pooled }) => pooled.gcm), "noise floor", mean(({ pooled }) => pooled.floor)] as const,
      [root, mean(({ pooled }) => pooled.gcm), found[0]!.versions, mean(({ pooled }) => pooled.dowhy)] as const,
      [root, mean(({ pooled }) => pooled.gcm), "motel-like", mean(({ pooled }) => pooled.motel)] as const,
      [api, mean(({ apis }) => apis.gcm), "motel-like", mean(({ apis }) => apis.motel)] as const,
    ].map(([measure, ours, peer, value]) => ({
      measure: `${measure} (${seeds.length} splits)`,
      unit: "KS",
      ours,
      peer: { name: peer, value },
    }));
  } finally {
    await engine.close();
  }
}

async function distances(python: string, dataset: Dataset, topology: Topology, seed: number) {
  const generated = (system: Topology) => latencySamples(simulate(compile(system, "gcm"), { traces, seed }), system);
  const { versions, roots } = await dowhyLatencies(python, await readExecutions(dataset, fitted * 2, "train"), {
    samples: traces,
    seed,
  });
  const models = { gcm: generated(topology), motel: generated(motelTopology(topology)), dowhy: { roots, apis: [] } };
  const { pooled, mean } = compareSamples(
    await readSamples(dataset, "train"),
    await readSamples(dataset, "test"),
    models,
  );
  return { versions, pooled: pooled.root as Record<string, number>, apis: mean.api as Record<string, number> } as {
    versions: string;
    pooled: Record<"floor" | keyof typeof models, number>;
    apis: Record<"floor" | keyof typeof models, number>;
  };
}
