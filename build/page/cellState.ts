/**
 * What a cell is doing: `waiting` for what it needs, `running`, `done`, `failed` by itself, or `blocked` because
 * something that it needs has failed, `stale` because it, or something that it needs, runs only when asked.
 */
export type CellStatus = "waiting" | "running" | "done" | "failed" | "blocked" | "stale";

export interface CellState {
  id: number;
  status: CellStatus;
  /** One line of text: why it failed, what it is blocked by, or why it is not run. */
  error?: string;
  /** The cells that this one waits for in vain. */
  causes: number[];
  /** When the body was last called, in ms of `performance.now()`. */
  startedAt?: number;
  /** ms from the call of the body to the last of its values; of the last finished run. */
  elapsed?: number;
}
