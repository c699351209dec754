import { join } from "node:path";
import { afterAll } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
let opened = 0;

/** Reads files, builds their executions and holds half of the traces out; the engine closes after the tests. */
export async function openedDataset(paths: readonly string[], holdout = 0.5): Promise<Dataset> {
  const dataset = { engine, schema: `opened_${opened++}` };
  await readTraces(dataset, paths);
  await buildExecutions(dataset);
  await splitTraces(dataset, holdout, 1);
  return dataset;
}

/** A data set that comes with the project. */
export function readySet(name: "figure1" | "recording"): string {
  return join(import.meta.dirname, `../../datasets/${name}/traces.jsonl.gz`);
}
