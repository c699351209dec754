import type { Dataset } from "../traces/dataset.ts";
import { type Ledger, readLedger } from "../traces/ledger.ts";
import { type CompareOptions, compareSamples, type LatencyReport } from "./compareSamples.ts";
import { samplesKey } from "./latencySamples.ts";
import { readExecutions } from "./readExecutions.ts";
import { readSamples } from "./readSamples.ts";
import { type StructureDistance, structureDistance, traceStructure } from "./structure.ts";

/** Traces of each side that shapes are measured on, at most about. */
const shapedTraces = 10_000;

/** How far generated traces are from original ones, beside the noise floor. */
export interface DatasetReport extends LatencyReport<"generated"> {
  structure: { floor: StructureDistance; generated: StructureDistance };
  ledger: Ledger;
  generatedLedger: Ledger;
}

/**
 * Compares two data sets of traces, each with its executions built. The original must be split (`splitTraces`) in two
 * halves: generated traces are judged against its held-out half, and the other half gives the noise floor.
 * @throws Error of one line when a half of the original has no traces
 */
export async function compareDatasets(
  original: Dataset,
  generated: Dataset,
  options: CompareOptions = {},
): Promise<DatasetReport> {
  const [train, held] = [await readSamples(original, "train"), await readSamples(original, "test")];
  if (train.apis.length === 0 || held.apis.length === 0) {
    throw new Error("too few original traces: half of them are held out, and one half is empty");
  }
  const report = compareSamples(train, held, { generated: await readSamples(generated, "both") }, options);
  const test = await structureOf(original, "test");
  return {
    ...report,
    structure: {
      floor: structureDistance(await structureOf(original, "train"), test),
      generated: structureDistance(await structureOf(generated, "both"), test),
    },
    ledger: await readLedger(original),
    generatedLedger: await readLedger(generated),
  };
}

async function structureOf(dataset: Dataset, half: "train" | "test" | "both") {
  const { executions, names } = await readExecutions(dataset, shapedTraces, half);
  return traceStructure(executions, names.apis.map(samplesKey));
}
