/**
 * Executions as columns: what the simulator makes and what the comparison reads, for generated and original traces
 * alike. Rows of a trace are contiguous and in depth-first order, the entry execution first. Times are µs.
 */
export interface Executions {
  /** Number of rows; the columns may be longer. */
  length: number;
  /** Number of traces. */
  traces: number;
  /** Trace number, ascending from 0. */
  trace: Int32Array;
  /** Row of the parent execution; -1 for an entry execution. */
  parent: Int32Array;
  /** Index into the topology's (or the data set's) APIs. */
  api: Int32Array;
  /** Index into the edges; -1 for an entry execution. */
  edge: Int32Array;
  /** Start of the call on the caller's side, µs from the start of the run. */
  start: Float64Array;
  /** Duration on the callee's side. */
  duration: Float64Array;
  /** Duration that the caller sees: `duration` and the network; equal to it for an entry execution. */
  waited: Float64Array;
  /** Stage of the parent's execution that made the call, from 0. */
  stage: Int32Array;
  /** 1 where the parent does not wait. */
  asynchronous: Uint8Array;
}
