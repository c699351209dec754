import type { Topology } from "../topology/topology.ts";
import { validateTopology } from "../topology/validateTopology.ts";
import type { Intervention } from "./operation.ts";
import { operations } from "./operations.ts";
import { pruneTopology } from "./pruneTopology.ts";
import { checkIntervention } from "./readInterventions.ts";
import { rebuildModel } from "./rebuildModel.ts";

export interface Applied {
  topology: Topology;
  /** What each intervention implied beside the change that it names, one sentence each. */
  repairs: { intervention: number; type: string; text: string }[];
}

/**
 * Applies interventions in order and gives another topology; the one given stays as it is. Each is recorded in the
 * provenance, so that a list without one of them, applied to the same topology, undoes it. Throws one line that names
 * the intervention where it matches nothing, or would leave a topology that cannot be simulated.
 */
export function applyInterventions(topology: Topology, interventions: readonly Intervention[]): Applied {
  const repairs: Applied["repairs"] = [];
  let current = topology;
  for (const [index, given] of interventions.entries()) {
    const { note: _, type, ...values } = checkIntervention(given, `interventions[${index}]`);
    const operation = operations.get(type)!;
    const draft = structuredClone(current);
    const say = (text: string) => repairs.push({ intervention: index, type, text });
    try {
      operation.apply({ topology: draft, say }, values);
      pruneTopology(draft, current, say);
      rebuildModel(draft, current, say);
      draft.provenance.interventions.push(structuredClone(given));
      validateTopology(draft);
    } catch (error) {
      throw new Error(`interventions[${index}]: ${type}: ${(error as Error).message}`, { cause: error });
    }
    current = draft;
  }
  return { topology: current, repairs };
}
