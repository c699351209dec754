import type { Topology } from "../topology/topology.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Intervention } from "./operation.ts";
import type { InterventionsFile } from "./readInterventions.ts";

/**
 * The text of interventions.json.
 * @param topology the one that they are for; absent where they are for any
 */
export function writeInterventions(interventions: readonly Intervention[], topology?: Topology): string {
  const file: InterventionsFile = {
    format: "palette-interventions",
    version: "1.0",
    ...(topology && { topology: topology.name, graph: fingerprint(topology) }),
    interventions: [...interventions],
  };
  return `${JSON.stringify(file, undefined, 1)}\n`;
}
