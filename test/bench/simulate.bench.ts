import { fileURLToPath } from "node:url";
import { threadSource } from "../../build/threadSource.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { compile, type Model } from "../../lib/simulate/compile.ts";
import { simulateBatches } from "../../lib/simulate/simulate.ts";
import type { PieceFormat } from "../../lib/simulate/simulatedPiece.ts";
import { simulateInThreads } from "../../lib/simulate/simulateInThreads.ts";
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
  const rows = topologies.flatMap(([measure, topology]) =>
    models.map((model): BenchRow => {
      const peer = { name: "asked for", value: 3 };
      return { measure: `${measure}, ${model}`, unit: "M/s", ours: millionSpansASecond(topology, model), peer };
    }),
  );
  const [measure, topology] = topologies[1]!;
  for (const format of ["executions", "otlp"] as const) {
    const [one, two] = [await inThreads(topology, format, 1), await inThreads(topology, format, 2)];
    const as = format === "otlp" ? "as OTLP JSON" : "in memory";
    const peer = { name: "1 thread", value: one };
    rows.push({ measure: `${measure}, gcm, ${as}, 2 threads, by the clock`, unit: "M/s", ours: two, peer });
  }
  return rows;
}

/** Million spans a second by the clock, the start of threads included. */
async function inThreads(topology: Topology, format: PieceFormat, threads: number): Promise<number> {
  const from = performance.now();
  let spans = 0;
  const options = { traces: 300_000, seed: 1, threads, format, source: threadSource };
  for await (const { executions } of simulateInThreads(topology, "gcm", options)) spans += executions;
  return spans / (1000 * (performance.now() - from));
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
