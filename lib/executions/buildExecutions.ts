import type { Dataset } from "../traces/dataset.ts";
import { collectWalks } from "./collectWalks.ts";
import { findAsynchronous } from "./findAsynchronous.ts";
import { linkParents } from "./linkParents.ts";
import { mergeSides } from "./mergeSides.ts";
import { nestHidden } from "./nestHidden.ts";
import { numberSpans } from "./numberSpans.ts";
import { segmentStages } from "./segmentStages.ts";
import type { StructureRule } from "./structureRules.ts";
import { timeResolution } from "./timeResolution.ts";

/**
 * spans → executions, in SQL: duplicates merged, parents linked, asynchronous calls found, both sides of a call made
 * one, stages and walks collected. Afterwards the data set has the tables `traces`, `names`, `executions`, `edges`,
 * `stages`, `stage_calls` and `walks`, and the ledger accounts for every record.
 * @param without rules that are not to be applied: there, structure is taken as it was recorded
 * @returns the time resolution of the data set, µs
 */
export async function buildExecutions(dataset: Dataset, without: readonly StructureRule[] = []): Promise<number> {
  const applies = (rule: StructureRule) => !without.includes(rule);
  await numberSpans(dataset);
  const resolution = await timeResolution(dataset);
  await linkParents(dataset);
  await findAsynchronous(dataset, resolution, applies("asynchronous-call"));
  await mergeSides(dataset, resolution, {
    pairs: applies("client-server-pair"),
    peers: applies("uninstrumented-callee"),
  });
  if (applies("hidden-nesting")) await nestHidden(dataset);
  await segmentStages(dataset, resolution, applies("unknown-order"));
  await collectWalks(dataset);
  return resolution;
}
