/**
 * The rules by which executions are put right beyond what was recorded, by their names in the ledger, which counts what
 * each did. Every one of them decides by statistics of an edge, or by names, and can be left out of `buildExecutions`.
 */
export const structureRules = {
  "asynchronous-call": "calls that outlive their callers, where that is the habit of the edge, are not waited for",
  "client-server-pair": "a client span and the span it reached are one call",
  "uninstrumented-callee": "a client span without a callee stands for an execution of the peer that it names",
  "hidden-nesting": "a call recorded beside the local call that made it is moved below it",
  "unknown-order": "where clocks are too coarse to order two calls, others of the same edge decide",
} as const;

export type StructureRule = keyof typeof structureRules;

/** Checks names of rules; throws one line that says which there are. */
export function structureRulesOf(names: readonly string[]): StructureRule[] {
  for (const name of names) {
    if (!Object.hasOwn(structureRules, name))
      throw new Error(`there is no rule ${JSON.stringify(name)}; there are ${Object.keys(structureRules).join(", ")}`);
  }
  return [...new Set(names)] as StructureRule[];
}
