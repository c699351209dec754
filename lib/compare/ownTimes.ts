import type { Executions } from "../simulate/executions.ts";
import { ApiNumbers, executionParts } from "./executionParts.ts";
import type { ApiNames, ApiSamples } from "./latencySamples.ts";

/** Own times of executions by API, µs, ascending: what is left of a duration without the longest calls of its stages. */
export function ownTimes(executions: Executions, names: ApiNames): ApiSamples[] {
  const numbers = new ApiNumbers();
  const { rows, own } = executionParts(executions, names, numbers);
  return [...rows].map(([number, of]) => {
    const [service, name] = JSON.parse(numbers.key(number)) as [string, string];
    return { service, name, durations: Float64Array.from(of, (row) => own[row]!).sort() };
  });
}
