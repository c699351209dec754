import { type CriticalSegment, criticalPath } from "../lib/executions/criticalPath.ts";
import type { WaterfallRow } from "./waterfallRows.ts";

/** The critical path of one trace: segments of its rows that add up to the latency of the root; none without a root. */
export function criticalSegments(rows: readonly WaterfallRow[]): CriticalSegment[] {
  const root = rows.findIndex((row) => row.parent < 0);
  if (root < 0) return [];
  const columns = {
    parent: rows.map((row) => row.parent),
    start: rows.map((row) => row.start),
    waited: rows.map((row) => row.waited),
    asynchronous: rows.map((row) => Number(row.asynchronous)),
    length: rows.length,
  };
  return criticalPath(columns, root);
}
