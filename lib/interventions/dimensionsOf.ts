import type { Dimension } from "../gcm/dimension.ts";
import type { Intervention } from "./operation.ts";
import { operations } from "./operations.ts";
import { checkIntervention } from "./readInterventions.ts";

/**
 * The dimensions that interventions declare, in their order. Throws one line that names the intervention where one is
 * not valid, or two have the same name.
 */
export function dimensionsOf(interventions: readonly Intervention[]): Dimension[] {
  const found = interventions.flatMap((given, index) => {
    const { note: _, type, ...values } = checkIntervention(given, `interventions[${index}]`);
    const declared = operations.get(type)!.declare?.(values as never);
    return declared ? [{ ...declared, place: `interventions[${index}]: ${type}` }] : [];
  });
  for (const [index, { name, place }] of found.entries())
    if (found.findIndex((other) => other.name === name) < index)
      throw new Error(`${place}: name: there is a dimension ${JSON.stringify(name)} already`);
  return found;
}
