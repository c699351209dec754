import { readTrace } from "../lib/compare/readExecutions.ts";
import type { Dataset } from "../lib/traces/dataset.ts";
import { type WaterfallRow, waterfallRows } from "./waterfallRows.ts";

/** Reads one whole trace as the rows of a waterfall; throws one line where there is no such trace. */
export async function traceRows(dataset: Dataset, trace: string): Promise<WaterfallRow[]> {
  const { executions, names } = await readTrace(dataset, trace);
  return waterfallRows(executions, 0, names);
}
