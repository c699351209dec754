import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareSamples } from "../../lib/compare/compareSamples.ts";
import { latencySamples } from "../../lib/compare/latencySamples.ts";
import { readSamples } from "../../lib/compare/readSamples.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "Predicting a load that was never seen: KS from its traces, fitted to the other loads";

const shared = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));
const systems = ["hotel", "media", "nodejs"];
const loads = [25, 50, 100, 150];
const predicted = [50, 100];

/** What predicts the traces of a load, from those of the others. */
const models = ["load node", "pooled", "nearest load"] as const;
const levels = ["root", "api"] as const;
const titles = { root: "roots, pooled", api: "APIs, weighted by calls" };

type Distances = Record<(typeof levels)[number], Record<(typeof models)[number] | "floor", number>>;

/**
 * For each system and load: fits the other loads with and without a node for load, and the nearest of them (in log
 * load) alone; generates 20,000 traces of each and compares them with those of that load.
 */
export async function run(): Promise<BenchRow[]> {
  const found: { system: string; load: number; distances: Distances }[] = [];
  for (const system of systems)
    for (const load of predicted) found.push({ system, load, distances: await distancesOf(system, load) });
  const rows: BenchRow[] = [];
  const add = (what: string, of: (level: "root" | "api", model: (typeof models)[number] | "floor") => number) => {
    for (const level of levels) {
      for (const model of models) {
        const measure = `${what}, ${titles[level]}, ${model}`;
        rows.push({
          measure,
          unit: "KS",
          ours: of(level, model),
          peer: { name: "noise floor", value: of(level, "floor") },
        });
      }
    }
  };
  for (const { system, load, distances } of found)
    add(
      `${system} at ${load} from ${loads.filter((other) => other !== load).join(", ")}`,
      (level, model) => distances[level][model],
    );
  add(
    `mean of ${found.length}`,
    (level, model) => found.reduce((sum, { distances }) => sum + distances[level][model], 0) / found.length,
  );
  return rows;
}

async function distancesOf(system: string, load: number): Promise<Distances> {
  const fileOf = (each: number) => join(shared, "traceweaver", `${system}-load${each}.json.gz`);
  if (!existsSync(fileOf(load))) throw new Error(`${fileOf(load)}: the traces that this bench reads are not there`);
  const others = loads.filter((each) => each !== load);
  const nearest = others.reduce((best, each) =>
    Math.abs(Math.log(each / load)) < Math.abs(Math.log(best / load)) ? each : best,
  );
  const engine = await openDuckDBNode();
  try {
    const dataset = { engine, schema: "fitted" };
    const given = others.map((each) => ({ file: `*-load${each}.json.gz`, load: each }));
    const withLoad = await fitTraces(dataset, others.map(fileOf), { loads: given });
    const topologies: Record<(typeof models)[number], Topology> = {
      "load node": applyInterventions(withLoad, [{ type: "setLoad", load }]).topology,
      pooled: await fitTraces(dataset, others.map(fileOf)),
      "nearest load": await fitTraces(dataset, [fileOf(nearest)]),
    };
    const samplesOf = (topology: Topology) =>
      latencySamples(simulate(compile(topology), { traces: 20_000, seed: 1 }), topology);
    const generated = Object.fromEntries(models.map((model) => [model, samplesOf(topologies[model])]));
    const { train, test } = await halves({ engine, schema: "original" }, fileOf(load));
    const { pooled, mean } = compareSamples(train, test, generated);
    return { root: pooled.root, api: mean.api } as Distances;
  } finally {
    await engine.close();
  }
}

/** The latencies of a file's traces, in halves. */
async function halves(dataset: Dataset, path: string) {
  await readTraces(dataset, [path]);
  await buildExecutions(dataset);
  await splitTraces(dataset, 0.5, 1);
  return { train: await readSamples(dataset, "train"), test: await readSamples(dataset, "test") };
}
