import { apiDurations } from "../../../cells/apiDurations.ts";
import { callersAndCallees } from "../../../cells/callersAndCallees.ts";
import { callRate } from "../../../cells/callRate.ts";
import { entryDurations } from "../../../cells/entryDurations.ts";
import { latencyByApi } from "../../../cells/latencyByApi.ts";
import { rangeMakeup } from "../../../cells/rangeMakeup.ts";
import { resolutionByService } from "../../../cells/resolutionByService.ts";
import { tracesInRange } from "../../../cells/tracesInRange.ts";
import type { Dataset } from "../../../lib/traces/dataset.ts";

/** Has every cell that asks an engine ask about a data set, and the APIs of one entry and one service in it. */
export async function askCells(dataset: Dataset, entry: { service: string; name: string }): Promise<void> {
  const range = { from: 0, to: 50_000 };
  await latencyByApi(dataset);
  await resolutionByService(dataset);
  await callersAndCallees(dataset, entry);
  await callRate(dataset, entry);
  await apiDurations(dataset, entry);
  await entryDurations(dataset, entry);
  await rangeMakeup(dataset, entry, range);
  await tracesInRange(dataset, entry, range);
}
