import type { ApiNames } from "../lib/compare/latencySamples.ts";
import type { Executions } from "../lib/simulate/executions.ts";

/** One execution of a trace, as a waterfall draws it. Times are µs. */
export interface WaterfallRow {
  service: string;
  api: string;
  /** Index of the parent among the rows, -1 for the root; a parent stands before its children. */
  parent: number;
  /** Start of the call on the caller's side. */
  start: number;
  /** Duration on the callee's side. */
  duration: number;
  /** Duration that the caller sees. */
  waited: number;
  asynchronous: boolean;
  error?: boolean;
}

/**
 * The rows of one trace of executions.
 * @throws Error when there is no such trace
 */
export function waterfallRows(executions: Executions, trace: number, names: ApiNames): WaterfallRow[] {
  const services = new Map(names.services.map((service) => [service.id, service.name]));
  let first = 0;
  while (first < executions.length && executions.trace[first] !== trace) first++;
  if (first === executions.length) throw new Error(`no trace ${trace} among ${executions.traces}`);
  const rows: WaterfallRow[] = [];
  for (let row = first; row < executions.length && executions.trace[row] === trace; row++) {
    const api = names.apis[executions.api[row]!];
    const parent = executions.parent[row]!;
    rows.push({
      service: services.get(api?.service ?? "") ?? api?.service ?? "",
      api: api?.name ?? "",
      parent: parent < 0 ? -1 : parent - first,
      start: executions.start[row]!,
      duration: executions.duration[row]!,
      waited: executions.waited[row]!,
      asynchronous: executions.asynchronous[row] === 1,
    });
  }
  return rows;
}
