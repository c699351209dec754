/**
 * What a cell is doing: `waiting` for what it needs, `running`, `done`, `failed` by itself, or `blocked` because
 * something that it needs has failed.
 */
export type CellStatus = "waiting" | "running" | "done" | "failed" | "blocked";

export interface CellState {
  id: number;
  status: CellStatus;
  /** One line of text: why it failed, or what it is blocked by. */
  error?: string;
  /** The cells whose failure blocks this one. */
  causes: number[];
  /** When the body was last called, in ms of `performance.now()`. */
  startedAt?: number;
  /** ms from the call of the body to the last of its values; of the last finished run. */
  elapsed?: number;
}
