import type { Context } from "../topology/topology.ts";

/** Whether a table, density or row serves executions of a context: each parent that it names has the value there. */
export function holdsIn({ given }: { given: Context }, context: Context): boolean {
  return Object.entries(given).every(([parent, value]) => context[parent] === value);
}
