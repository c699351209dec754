import { bytesOfSize } from "./bytesOfSize.ts";

/** Bytes that the process takes beside what its engine was given: Node, and what DuckDB does not count (docs/scale.md). */
const besideEngine = 0.9e9;

/** What the engine is given, in bytes, so that a process stays within a size such as 4GB; half of it where that is small. */
export function engineMemory(size: string): number {
  const bytes = bytesOfSize(size);
  return Math.round(Math.max(bytes / 2, bytes - besideEngine));
}
