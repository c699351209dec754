import { collectWalks } from "../../lib/executions/collectWalks.ts";
import { findAsynchronous } from "../../lib/executions/findAsynchronous.ts";
import { linkParents } from "../../lib/executions/linkParents.ts";
import { mergeSides } from "../../lib/executions/mergeSides.ts";
import { numberSpans } from "../../lib/executions/numberSpans.ts";
import { segmentStages } from "../../lib/executions/segmentStages.ts";
import { timeResolution } from "../../lib/executions/timeResolution.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";

const steps = [
  numberSpans,
  timeResolution,
  linkParents,
  findAsynchronous,
  mergeSides,
  segmentStages,
  collectWalks,
] as const;

/**
 * Runs the steps of `buildExecutions` up to and including one, so that a test sees that step's work.
 * @param resolution of the clocks, µs; that of the spans unless told
 */
export async function runUpTo(dataset: Dataset, last: (typeof steps)[number], resolution?: number): Promise<number> {
  let found = 0;
  for (const step of steps) {
    const result = await step(dataset, resolution ?? found);
    if (typeof result === "number") found = result;
    if (step === last) break;
  }
  return resolution ?? found;
}
