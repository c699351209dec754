/**
 * What a cell is doing: `waiting` for what it needs, `running`, `done`, `failed` by itself, `blocked` because something
 * that it needs has failed, or `stale` because it, or something that it needs, runs only when asked: what it shows, if
 * anything, is of older values.
 */
export type CellStatus = "waiting" | "running" | "done" | "failed" | "blocked" | "stale";

export interface CellState {
  id: number;
  status: CellStatus;
  /** One line of text: why it failed, what it is blocked by, or why it is not run. */
  error?: string;
  /** The cells that this one waits for in vain. */
  causes: number[];
  /** Other cells that have to do with an error, such as those that define the same name. */
  related?: number[];
  /** When the body was last called, in ms of `performance.now()`. */
  startedAt?: number;
  /** ms from the call of the body to the last of its values; of the last finished run. */
  elapsed?: number;
  /** When what a finished cell shows was computed, in ms since 1970, where all that it asked the cache for came from there. */
  cachedAt?: number;
}
