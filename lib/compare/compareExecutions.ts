import type { Executions } from "../simulate/executions.ts";
import type { Ledger } from "../traces/ledger.ts";
import { type CompareOptions, compareSamples, type LatencyReport } from "./compareSamples.ts";
import { type ApiNames, type LatencySamples, latencySamples } from "./latencySamples.ts";

/** report.json: how well a topology reproduces the latencies of the held-out half, beside the noise floor. */
export interface Report extends LatencyReport<"simple" | "gcm"> {
  ledger: Ledger;
}

/**
 * Compares generated executions of both models with the two halves of the original.
 * @param original samples of the half that was fitted on (`train`) and of the held-out half (`test`)
 * @param generated executions, one batch or several, of the simple statistics and of the causal model
 * @param names the topology that was simulated
 * @param ledger the account of the original's rows
 */
export function compareExecutions(
  original: { train: LatencySamples; test: LatencySamples },
  generated: Record<"simple" | "gcm", Executions | Iterable<Executions>>,
  names: ApiNames,
  ledger: Ledger,
  options: CompareOptions = {},
): Report {
  const models = {
    simple: latencySamples(generated.simple, names),
    gcm: latencySamples(generated.gcm, names),
  };
  return { ...compareSamples(original.train, original.test, models, options), ledger };
}
