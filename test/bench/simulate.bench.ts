import { fileURLToPath } from "node:url";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { compile, type Model } from "../../lib/simulate/compile.ts";
import { simulateBatches } from "../../lib/simulate/simulate.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { syntheticTopology } from "../simulate/syntheticTopology.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "Simulation, million spans a second of one core's time";

const models: Model[] = ["gcm", "simple"];
const spansWanted = 5e6;

/** Simulates a synthetic topology and those fitted on the project's data sets. The peer is the rate asked for. */
export async function run(): Promise<BenchRow[]> {
  const topologies: [string, Topology][] = [
    ["55 APIs, 3 stages each", syntheticTopology({ apis: 55, stages: 3, seed: 1 })],
    ["datasets/recording", await fitted("recording")],
    ["datasets/figure1", await fitted("figure1")],
  ];
  return topologies.flatMap(([measure, topology]) =>
    models.map((model): BenchRow => {
      const peer = { name: "asked for", value: 2 };
      return { measure: `${measure}, ${model}`, unit: "M/s", ours: millionSpansASecond(topology, model), peer };
    }),
  );
}

async function fitted(set: string): Promise<Topology> {
  const engine = await openDuckDBNode();
  try {
    const file = fileURLToPath(new URL(`../../datasets/${set}/traces.jsonl.gz`, import.meta.url));
    return await fitTraces({ engine, schema: set }, [file]);
  } finally {
    await engine.close();
  }
}

function millionSpansASecond(topology: Topology, model: Model): number {
  const compiled = compile(topology, model);
  const simulated = (traces: number): number => {
    let spans = 0;
    for (const { length } of simulateBatches(compiled, { traces, seed: 1 })) spans += length;
    return spans;
  };
  const warmUp = 5000;
  const traces = Math.ceil((spansWanted * warmUp) / simulated(warmUp));
  const before = process.cpuUsage();
  const spans = simulated(traces);
  const { user, system } = process.cpuUsage(before);
  return spans / (user + system);
}
