import type { CellState } from "./cellState.ts";
import { formatElapsed } from "./formatElapsed.ts";

export interface Progress {
  /** One short line. */
  text: string;
  /** The cell to look at: the first that failed, or that runs. */
  cell?: number;
  settled: boolean;
  failed: boolean;
}

/** What the states of a notebook's cells amount to. */
export function progressOf(states: readonly CellState[]): Progress {
  const failed = states.filter(({ status }) => status === "failed" || status === "blocked");
  const stale = states.filter(({ status }) => status === "stale");
  const running = states.find(({ status }) => status === "running");
  const waiting = states.filter(({ status }) => status === "waiting" || status === "running").length;
  const settled = waiting === 0;
  const mistakes = failed.length > 0 ? `${failed.length} failed` : "";
  if (!settled) {
    const text = `${states.length - waiting} of ${states.length} cells`;
    return {
      text: [text, mistakes].filter(Boolean).join(" · "),
      cell: running?.id ?? failed[0]?.id,
      settled,
      failed: failed.length > 0,
    };
  }
  const ends = states.map(({ startedAt = 0, elapsed = 0 }) => startedAt + elapsed);
  const begins = states.map(({ startedAt = Number.POSITIVE_INFINITY }) => startedAt);
  const total = Math.max(...ends) - Math.min(...begins);
  const notes = [mistakes, stale.length > 0 ? `${stale.length} not run` : ""].filter(Boolean).join(", ");
  const text = notes
    ? `${notes} of ${states.length} cells`
    : `${states.length} cells${Number.isFinite(total) ? `, ${formatElapsed(total)}` : ""}`;
  return {
    text,
    cell: failed.find(({ status }) => status === "failed")?.id ?? failed[0]?.id ?? stale[0]?.id,
    settled,
    failed: failed.length > 0,
  };
}
