import type { Executions } from "./executions.ts";

/** The first so many traces of a batch, as a view of its columns; all of it where there are no more. */
export function firstTraces(executions: Executions, traces: number): Executions {
  if (traces >= executions.traces) return executions;
  const from = executions.trace[0] ?? 0;
  let length = 0;
  while (length < executions.length && executions.trace[length]! < from + traces) length++;
  return { ...executions, length, traces };
}
