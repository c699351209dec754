import { apiDurations } from "../../../cells/apiDurations.ts";
import { callersAndCallees } from "../../../cells/callersAndCallees.ts";
import { callRate } from "../../../cells/callRate.ts";
import { entryDurations } from "../../../cells/entryDurations.ts";
import { latencyByApi } from "../../../cells/latencyByApi.ts";
import { rangeMakeup } from "../../../cells/rangeMakeup.ts";
import { resolutionByService } from "../../../cells/resolutionByService.ts";
import { traceDatabase } from "../../../cells/traceDatabase.ts";
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

/** Asks what an SQL cell does, with parameters; the text has question marks of its own. */
export async function askSql(dataset: Dataset, service: string): Promise<number> {
  const closing = new AbortController();
  const db = await traceDatabase(dataset.engine, dataset, { signal: closing.signal });
  const found = await db.sql`
    -- How many, and how slow?
    SELECT operation, count(*) AS calls, max(duration) / 1000 AS "most?" FROM calls
    WHERE service = ${service} AND duration >= ${1500.5} AND operation <> ${"it's?"} GROUP BY operation ORDER BY operation`;
  const { calls } = await db.tables();
  if (!calls?.includes("caller_service")) throw new Error("the database does not tell the columns of calls");
  closing.abort(new Error("done"));
  while ((await db.tables()).calls) await new Promise((resolve) => setTimeout(resolve, 100));
  return found.numRows;
}
